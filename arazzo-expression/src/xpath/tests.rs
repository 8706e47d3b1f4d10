//! XPath against documents: values, replacements, mistakes, and what must not take a stack.

use super::*;
use proptest::prelude::*;
use serde_json::json;

const JOB: &str = "<?xml version='1.0'?>\n<!-- jobs -->\n<j:jobs xmlns:j='urn:jobs' xmlns='urn:other' count=\"2\">\
                   <j:job id='1' state=\"ready\">first &amp; <b>bold</b></j:job><j:job id='2'/><note/></j:jobs>";

fn select(expression: &str) -> Json<'static> {
    let parsed = parse(expression).unwrap_or_else(|error| panic!("{expression}: {error}"));
    parsed.select(JOB).unwrap_or_else(|error| panic!("{expression}: {error}"))
}

/// Rule A17: one node is its text, several are a list, none is absent.
#[test]
fn what_is_selected_is_a_value() {
    for (expression, expected) in [
        ("/j:jobs/@count", json!("2")),
        ("number(/j:jobs/@count)", json!(2)),
        ("count(//j:job)", json!(2)),
        ("//j:job[1]", json!("first & bold")),
        ("string(//j:job)", json!("first & bold")),
        ("//j:job/@id", json!(["1", "2"])),
        ("//j:job[@id > 1]/@id", json!("2")),
        ("//j:job[last()]/@id | //j:job[1]/@id", json!(["1", "2"])),
        ("//@*[. = 'ready']", json!("ready")),
        ("//j:job[@state = 'ready']/preceding::comment()", json!(" jobs ")),
        ("/comment()", json!(" jobs ")),
        ("name(/*)", json!("j:jobs")),
        ("local-name(//note)", Value::Null),
        ("namespace-uri(/*)", json!("urn:jobs")),
        ("/j:jobs/namespace::j", json!("urn:jobs")),
        ("//j:job[1]/text()", json!("first & ")),
        ("//j:job/.. = /j:jobs", json!(true)),
        ("/*/*[3]/ancestor::*/@count", json!("2")),
    ] {
        let selected = select(expression);
        match &expected {
            Value::Null if expression.starts_with("local-name") => assert_eq!(selected.to_text(), "", "{expression}"),
            Value::Null => assert_eq!(selected, Json::Absent, "{expression}"),
            expected => assert_eq!(selected, Json::from(expected), "{expression}"),
        }
    }
}

#[test]
fn a_condition_is_true_or_false_as_xpath_has_it() {
    for (expression, expected) in [
        ("//j:job", true),
        ("//j:task", false),
        ("count(//j:job)", true),
        ("count(//j:task)", false),
        ("number('x')", false),
        ("''", false),
        ("'false'", true),
        ("//j:job/@id = '2'", true),
        ("//j:job/@id != '2'", true),
        ("not(//j:job/@id = '3')", true),
        ("count(//j:job) = 2 and starts-with(//j:job, 'first')", true),
    ] {
        assert_eq!(parse(expression).unwrap().holds(JOB), Ok(expected), "{expression}");
    }
}

#[test]
fn what_is_no_document_has_no_value() {
    let path = parse("/a").unwrap();
    for (xml, why) in [
        ("", "it is no XML: "),
        ("plain text", "it is no XML: "),
        ("<a>", "it is no XML: "),
        ("<a/><b/>", "it is no XML: "),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "the XML has a document type, which is not read"),
    ] {
        let error = path.holds(xml).unwrap_err();
        assert!(error.to_string().starts_with(why), "{xml}: {error}");
    }
    assert_eq!(path.holds("\u{feff} <a/>"), Ok(true));
    let prefixed = parse("/p:a").unwrap();
    assert_eq!(prefixed.holds("<a/>").unwrap_err().to_string(), "the document declares no prefix `p`");
    assert_eq!(prefixed.holds("<a><b xmlns:p='u'/></a>"), Ok(false));
}

#[test]
fn xml_that_would_take_too_long_has_no_value() {
    let path = parse("//a//a").unwrap();
    let deep = format!("{}{}", "<a>".repeat(1_000), "</a>".repeat(1_000));
    assert_eq!(path.holds(&deep).unwrap_err().to_string(), "the XML has more than 200 elements in each other");
    let attributes: String = (0..2_000).map(|number| format!(" a{number}=''")).collect();
    let wide = format!("<a{attributes}/>");
    assert_eq!(path.holds(&wide).unwrap_err().to_string(), "an element of the XML has more than 1000 attributes");
    let flat = format!("<a>{}</a>", "<a b='=>'/><!-- <a> --><![CDATA[<a>]]>".repeat(1_000));
    assert_eq!(path.holds(&flat), Ok(true));
}

#[test]
fn a_replacement_leaves_all_else_as_it_is() {
    for (expression, xml, text, expected) in [
        ("/a/b", "<a>\n <b>1</b></a>", "2", "<a>\n <b>2</b></a>"),
        ("/a/b", "<a><b/></a>", "x", "<a><b>x</b></a>"),
        ("/a/b", "<a><b c='/>' /></a>", "x", "<a><b c='/>'>x</b></a>"),
        ("/p:a", "<p:a xmlns:p='u'/>", "x", "<p:a xmlns:p='u'>x</p:a>"),
        ("/a/b", "<a><b></b><b>1</b></a>", "x", "<a><b>x</b><b>x</b></a>"),
        ("/a/@b", "<a b='1' c=\"2\"/>", "it's", "<a b='it&apos;s' c=\"2\"/>"),
        ("/a/@c", "<a b='1' c=\"2\"/>", "it's \"", "<a b='1' c=\"it's &quot;\"/>"),
        ("/a/text()", "<a>1<![CDATA[2]]>&amp;3</a>", "x<y", "<a>x&lt;y</a>"),
        ("/a/text()[2]", "<a>1<b/>2</a>", "x", "<a>1<b/>x</a>"),
        ("//*", "<a>1<b>2</b></a>", "x", "<a>x</a>"),
        ("/a | /a/@b", "<a b='1'>2</a>", "x", "<a b='x'>x</a>"),
        ("/a", "\u{feff} <?xml version='1.0'?><a q='>'>1</a>", "x", "\u{feff} <?xml version='1.0'?><a q='>'>x</a>"),
        ("/a", "<a>é</a><!-- > -->", "ü", "<a>ü</a><!-- > -->"),
    ] {
        let replaced = parse(expression).unwrap().replace(xml, text);
        assert_eq!(replaced.as_deref(), Ok(expected), "{expression} in {xml}");
    }
    for (expression, why) in [
        ("/b", "the expression selects nothing"),
        ("count(/a)", "the expression gives a value, and no part of the document"),
        ("/", "only elements, attributes and texts can be replaced"),
        ("//comment()", "only elements, attributes and texts can be replaced"),
    ] {
        let error = parse(expression).unwrap().replace("<a><!-- c --></a>", "x").unwrap_err();
        assert_eq!(error.to_string(), why, "{expression}");
    }
}

/// Rule C71.
#[test]
fn mistakes_are_found_where_they_are() {
    for (expression, at, help) in [
        ("/a == 'x'", "=", Some("XPath compares by `=`")),
        ("/a && /b", "&& /b", Some("write `and`")),
        ("/a || /b", "| /b", Some("write `or`, or `concat(…)` for texts")),
        ("!/a", "!", Some("write `not(…)`")),
        ("$.a", "$", Some("this looks like JSONPath: write `type: jsonpath`")),
        ("//a[", "", None),
        ("", "", None),
        ("/a eq 'x'", "eq", Some("only XPath 1.0 is supported, which does not have this")),
        ("exists(/a)", "exists", Some("a path alone holds when it finds something")),
        ("matches(/a, 'x')", "matches", None),
        ("cuont(/a)", "cuont", Some("did you mean `count`?")),
        ("fn:count(/a)", "fn:count", Some("its functions have no prefix")),
        ("count()", "count", None),
        ("concat('a')", "concat", None),
        ("$inputs = 1", "$inputs", Some("a runtime expression stands in braces: `'{$inputs.name}'`")),
    ] {
        let error = parse(expression).expect_err(expression);
        let place = if at.is_empty() { expression.len() } else { expression.rfind(at).unwrap() };
        assert_eq!((error.span.start, error.help.as_deref()), (place, help), "{expression}: {error}");
    }
    assert_eq!(parse("count(1, 2)").unwrap_err().message, "`count` takes one argument, not 2");
    assert_eq!(parse("substring('a')").unwrap_err().message, "`substring` takes 2 to 3 arguments, not 1");
}

#[test]
fn deep_expressions_and_documents_take_no_stack() {
    for expression in
        ["(".repeat(5_000), "-".repeat(5_000), "a[".repeat(3_000), "1=".repeat(300) + "1", "a".repeat(9_000)]
    {
        assert!(parse(&expression).is_err());
    }
    let nested = format!("{}1{}", "(".repeat(40), ")".repeat(40));
    assert!(parse(&nested).unwrap().holds("<a/>").unwrap());
    for (deep, is_read) in [(200, true), (20_000, false)] {
        let xml = format!("{}{}", "<a>".repeat(deep), "</a>".repeat(deep));
        for expression in ["//b", "count(//a)", "string(/a)", "//a[not(a)]/ancestor::b"] {
            let result = parse(expression).unwrap().select(&xml);
            assert_eq!(result.is_ok(), is_read, "{expression}: {result:?}");
        }
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[a/@\\[\\]()'\"$.:*|=<>!&+0-9 é-]{0,24}", xml in "(<a( b='1')?/?>|</a>|1|&amp;|<!--|-->){0,8}") {
        if let Ok(parsed) = parse(&text) {
            let _ = parsed.holds(&xml);
            let _ = parsed.replace(&xml, "x");
        }
    }

    #[test]
    fn a_replaced_value_is_read_again(value in "[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\u{fffe}\u{ffff}]{0,16}", path in prop_oneof![Just("/a/b"), Just("/a/@c"), Just("/a/@d")]) {
        let parsed = parse(path).unwrap();
        let replaced = parsed.replace("<a c='1' d=\"2\"><b>0</b></a>", &value).unwrap();
        let read = parsed.select(&replaced).unwrap();
        prop_assert_eq!(read.to_text(), value.as_str());
    }
}

/// What is looked at once for each node, or for each pair, may be in small documents only.
#[test]
fn what_takes_a_power_of_the_document_takes_small_ones() {
    let with = |count: usize| format!("<r>{}</r>", "<a id='1'><b/></a>".repeat(count));
    let most = |expression: &str| {
        let parsed = parse(expression).unwrap_or_else(|error| panic!("{expression}: {error}"));
        [10_000, 2_400, 120, 20].into_iter().find(|count| parsed.holds(&with(*count)).is_ok()).unwrap_or(0)
    };
    for expression in [
        "//a[@id = '2']/b",
        "/r/a[b/@id = 2][last()] | //b",
        "count(//a) > count(//b)",
        "//a[.//b = 'x']",
        "//a[../@id = 'x' or ancestor::r = 'y']",
        "//*[local-name() = 'a' and contains(., 'x')]",
        "string(//a) = string(//b)",
        "//b/../../a[position() = last()]",
    ] {
        assert_eq!(most(expression), 10_000, "{expression}");
    }
    for expression in [
        "//a/@id = //b/@id",
        "not(//a < (//b))",
        "//a[//b]",
        "//a[@id = //b/@id]",
        "//a[b = @id]",
        "//a[../b]",
        "//a/following::b",
        "//a[count(/r/a) = 3]",
        "id('x')/b = //a",
        "count(//a[id(@id)])",
        "(//a | //b) = //r",
    ] {
        assert_eq!(most(expression), 2_400, "{expression}");
    }
    for expression in ["//a[//b = //r]", "//a[//b[//r]]", "//a[following::b/preceding::a]", "//a/following::b[//r]"] {
        assert_eq!(most(expression), 120, "{expression}");
    }
    assert_eq!(most("//a[//b[//r = //a]]"), 20);
    let error = parse("//a = //b").unwrap().holds(&with(10_000)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the XML has more than 10000 tags and attributes, and the expression looks at all of them for each"
    );
}
