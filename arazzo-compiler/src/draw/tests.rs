use super::{Decision, Drawing, Step, Target};

fn decision(on_success: bool, name: &str, condition: &str, to: Target) -> Decision {
    Decision { on_success, name: name.to_owned(), condition: condition.to_owned(), to }
}

fn drawing() -> Drawing {
    let poll = vec![
        decision(true, "ready", "$.state == \"active\"", Target::Step(2)),
        decision(true, "broken", "", Target::End),
        decision(false, "again", "$statusCode == 503", Target::Retry("tries 3 times more".to_owned())),
        decision(false, "other", "", Target::Workflow("clean-up".to_owned())),
    ];
    let back = vec![decision(true, "back", "$.more", Target::Step(0))];
    let step = |id: &str, call: &str, actions: Vec<Decision>, falls_through| Step {
        id: id.to_owned(),
        call: call.to_owned(),
        actions,
        falls_through,
    };
    Drawing {
        workflow: "w".to_owned(),
        steps: vec![
            step("poll", "GET /jobs/{id}", poll, false),
            step("middle", "POST /jobs", Vec::new(), true),
            step("last", "runs <other>", back, true),
        ],
    }
}

#[test]
fn mermaid_has_every_step_and_every_way() {
    let expected = r#"flowchart TD
    step1["<b>poll</b><br/>GET /jobs/{id}"]
    step2["<b>middle</b><br/>POST /jobs"]
    step3["<b>last</b><br/>runs &lt;other&gt;"]
    step1 -->|"ready: $.state == &quot;active&quot;"| step3
    step1 -->|"broken"| end1(["broken"])
    step1 -.->|"again: $statusCode == 503 (tries 3 times more)"| step1
    step1 -.->|"other"| end2[["clean-up"]]
    step2 --> step3
    step3 -->|"back: $.more"| step1
    step3 -->|otherwise| completed([Completed])
"#;
    assert_eq!(drawing().mermaid(), expected);
}

#[test]
fn an_svg_has_all_texts_and_stands_in_markdown() {
    let svg = drawing().svg();
    for text in [">poll<", ">broken<", ">▸ clean-up<", ">Completed<", ">otherwise<", "runs &lt;other&gt;"] {
        assert!(svg.contains(text), "{text}\n{svg}");
    }
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert!(!svg.contains("\n\n") && !svg.contains("script"));
    assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
}

#[test]
fn jumps_that_overlap_have_lanes_of_their_own() {
    let mut drawing = drawing();
    drawing.steps[1].actions = vec![decision(true, "again", "$.x", Target::Step(0))];
    let jumps = super::svg::jumps(&drawing);
    let back: Vec<_> = jumps.iter().filter(|jump| jump.is_back).map(|jump| jump.lane).collect();
    assert_eq!(back, [0, 1]);
}

#[test]
fn nothing_in_a_drawing_breaks_it() {
    for text in ["", "<script>", "a\n\nb", "\"&'", "`*_[]\\", "ä→\u{0}", &"x".repeat(500)] {
        let step = Step {
            id: text.to_owned(),
            call: text.to_owned(),
            actions: vec![decision(false, text, text, Target::End), decision(true, text, text, Target::Step(0))],
            falls_through: false,
        };
        let drawing = Drawing { workflow: text.to_owned(), steps: vec![step] };
        let svg = drawing.svg();
        assert!(!svg.contains("<script") && !svg.contains("\n\n") && !svg.contains('\0'), "{svg}");
        assert!(!drawing.mermaid().contains("<script"), "{text}");
    }
    assert!(Drawing { workflow: String::new(), steps: Vec::new() }.svg().ends_with("</svg>\n"));
}
