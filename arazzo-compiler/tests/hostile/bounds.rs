//! Everything that an author can make too deep, too long or too many ends in an error that says so. How much work that is,
//! is bounded by what is counted in the message, so that no clock is asked.

use arazzo_compiler::diagnostic::{Level, MOST_FINDINGS};
use arazzo_compiler::source::{Disk, FileReader, Memory};
use arazzo_compiler::{Compilation, Options, compile};
use std::fmt::Write as _;
use std::path::Path;

const API: &str = "openapi: 3.1.0\ninfo: { title: t, version: '1' }\nservers: [{ url: 'https://t.example' }]\npaths:\n  /a: { get: { \
                   operationId: get, responses: { '200': { description: d } } } }\n";

fn compiled(document: &str) -> Compilation {
    let files = Memory::of([("w.yml", document), ("api.yml", API)]);
    compile(Path::new("w.yml"), &Options { reader: &files, ..Options::default() })
}

/// A document whose only workflow has these lines.
fn document(workflow: &str) -> String {
    format!(
        "arazzo: 1.0.1\ninfo: {{ title: t, version: '1' }}\nsourceDescriptions: [{{ name: api, url: api.yml }}]\nworkflows:\n\
         - workflowId: w\n{workflow}"
    )
}

fn step(more: &str) -> String {
    document(&format!("  steps:\n  - {{ stepId: a, operationId: get, {more} }}\n"))
}

/// The messages of the errors; none is longer than a page.
fn errors(document: &str) -> Vec<String> {
    let compilation = compiled(document);
    for found in &compilation.diagnostics {
        assert!(found.rendered.len() < 32 << 10, "{} bytes", found.rendered.len());
    }
    let errors = compilation.diagnostics.into_iter().filter(|found| found.level == Level::Error);
    errors.map(|found| found.message).collect()
}

#[track_caller]
fn refused(document: &str, message: &str) {
    let errors = errors(document);
    assert!(errors.iter().any(|error| error.contains(message)), "{message}: {:?}", errors.first());
}

#[test]
fn nesting() {
    let deep = 100_000;
    let nested = |open: &str, inner: &str, close: &str| open.repeat(deep) + inner + &close.repeat(deep);
    refused(&nested("[", "", "]"), "nested too deep");
    refused(&nested("{\"a\":", "1", "}"), "nested too deep");
    refused(&nested("- ", "a", ""), "nested more than 128 deep");
    refused(&nested("? ", "a", ""), "nested more than 128 deep");
    let condition = |text: &str| step(&format!("successCriteria: [{{ condition: '{text}' }}]"));
    let typed = |kind: &str, text: &str| {
        step(&format!("successCriteria: [{{ context: $response.body, type: {kind}, condition: '{text}' }}]"))
    };
    let parentheses = "(".repeat(1_000) + "$statusCode == 200" + &")".repeat(1_000);
    refused(&condition(&parentheses), "nested more than 64 deep");
    refused(&condition(&nested("(", "$statusCode", ")")), "16384 are supported");
    refused(&typed("jsonpath", &("$[?".to_owned() + &"(".repeat(1_000) + "@.a")), "more than 64 parentheses");
    refused(&typed("jsonpath", &nested("$[?@", "", "]")), "16384 are supported");
    refused(&typed("regex", &nested("(", "a", ")")), "too much nesting");
    refused(&typed("regex", "((((a{1000}){1000}){1000}){1000})"), "exceeded size limit");
    refused(&typed("xpath", &nested("(", "1", ")")), "more than 8192 bytes");
    refused(&step(&format!("outputs: {{ x: '$response.body#{}' }}", "/a".repeat(1_000))), "128 are supported");
    refused(&step(&format!("outputs: {{ x: '$response.body{}' }}", ".a".repeat(1_000))), "128 are supported");
    refused(&typed("jsonpath", &("$".to_owned() + &".a".repeat(1_000))), "128 are supported");
}

#[test]
fn lengths() {
    let name = "n".repeat(1 << 20);
    refused(&step(&format!("? {name} : 1")), "n…n");
    refused(&document(&format!("  steps: [{{ stepId: a, operationId: {name} }}]\n")), "n…n");
    refused(&step(&format!("outputs: {{ x: '$response.{name}' }}")), "16384 are supported");
    refused(&step(&format!("outputs: {{ x: '$response.{}' }}", &name[..10_000])), "no `nnn");
    // A line of some megabytes is shown in part.
    let line = format!("{{\"arazzo\": \"1.0.1\", \"info\": {{\"x-a\": \"{}\"}}, \"oops\": 1}}", "é".repeat(1 << 20));
    refused(&line, "no field `oops`");
    // The parts of a long text are not looked for one by one.
    let text = "{$inputs.x} ".repeat(20_000);
    let inputs = "  inputs: { type: object, properties: { x: { type: string } } }\n";
    let steps = format!(
        "  steps: [{{ stepId: a, operationId: get, parameters: [{{ name: q, in: query, value: '{text}' }}] }}]\n"
    );
    assert_eq!(errors(&document(&(inputs.to_owned() + &steps))), [""; 0]);
}

#[test]
fn numbers() {
    let steps: String = (0..1_001).map(|step| format!("  - {{ stepId: s{step}, operationId: get }}\n")).collect();
    refused(&document(&format!("  steps:\n{steps}")), "`steps` has 1001 entries, and 1000 are supported");
    let action = "{ name: e, type: end, criteria: [{ condition: $statusCode == 200 }] }, ";
    refused(&step(&format!("onSuccess: [{}]", action.repeat(101))), "101 entries, and 100 are supported");
    let numbers = "1, ".repeat(100_000);
    refused(&step(&format!("requestBody: {{ payload: [{numbers}] }}")), "more than 100000 values");
    let conditions = vec!["$statusCode == 200"; 10_000].join(" && ");
    refused(&step(&format!("successCriteria: [{{ condition: '{conditions}' }}]")), "16384 are supported");
}

/// What is wrong a hundred thousand times is shown a thousand times, and the rest is counted.
#[test]
fn findings() {
    let mut unknown = step("description: d");
    for line in 0..100_000 {
        writeln!(unknown, "x{line}: &a{line} *a{line}").expect("a string takes everything");
    }
    let _ = compiled(&unknown);
    let mut twice = step("description: d") + "x-a:\n";
    twice.push_str(&"  k: 1\n".repeat(50_000));
    let compilation = compiled(&twice);
    assert_eq!(compilation.diagnostics.len(), MOST_FINDINGS);
    assert_eq!(compilation.diagnostics.len() + compilation.left_out, 49_999);
    // In one line too, where the first and the last are a megabyte apart.
    let compilation = compiled(&(step("description: d") + "x-a: { " + &"k: 1, ".repeat(50_000) + "}\n"));
    let longest = compilation.diagnostics.iter().map(|found| found.rendered.len()).max();
    assert!(longest.is_some_and(|longest| longest < 4_096), "{longest:?}");
}

/// Schemas in which the ways double with each level.
#[test]
fn ways_through_schemas() {
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let mut components = "components:\n  inputs:\n".to_owned();
        for level in 0..60 {
            let next = format!("{{ $ref: '#/components/inputs/S{}' }}", level + 1);
            writeln!(components, "    S{level}: {{ {keyword}: [{next}, {next}] }}").expect("a string takes everything");
        }
        components.push_str("    S60: { type: object, properties: { x: { type: string, minLength: 2 } } }\n");
        let inputs = "  inputs: { type: object, properties: { a: { $ref: '#/components/inputs/S0' } } }\n";
        let steps = "  steps: [{ stepId: a, operationId: get }]\n";
        let _ = compiled(&(document(&(inputs.to_owned() + steps)) + &components));
    }
    let laughs = (1..40).fold("a0: &a0 [x, x]\n".to_owned(), |text, level| {
        let before = level - 1;
        text + &format!("a{level}: &a{level} [*a{before}, *a{before}, *a{before}, *a{before}]\n")
    });
    refused(&laughs, "expand to too much");
}

/// What is only long is not called a circle, and what is one is.
#[test]
fn chains_of_references() {
    let chain = |length: usize, last: &str| {
        let mut components = "components:\n  inputs:\n".to_owned();
        for link in 1..length {
            writeln!(components, "    S{link}: {{ $ref: '#/components/inputs/S{}' }}", link + 1)
                .expect("a string takes everything");
        }
        writeln!(components, "    S{length}: {last}").expect("a string takes everything");
        let inputs = "  inputs: { type: object, properties: { a: { $ref: '#/components/inputs/S1' } } }\n";
        let steps = "  steps:\n  - stepId: a\n    operationId: get\n    parameters: [{ name: a, in: query, value: $inputs.a }]\n";
        document(&(inputs.to_owned() + steps)) + &components
    };
    assert_eq!(errors(&chain(60, "{ type: string }")), [""; 0]);
    let long = errors(&chain(100, "{ type: string }"));
    assert!(long.iter().any(|error| error.contains("more than 64 `$ref`s")), "{long:?}");
    assert!(!long.iter().any(|error| error.contains("circle")), "{long:?}");
    let circle = errors(&chain(60, "{ $ref: '#/components/inputs/S1' }"));
    assert!(circle.iter().any(|error| error.contains("lead in a circle")), "{circle:?}");
    assert!(!circle.iter().any(|error| error.contains("more than")), "{circle:?}");
    // Of responses and their parts, too.
    let described = |length: usize| {
        let link = |from: usize| format!("    R{from}: {{ $ref: '#/components/responses/R{}' }}\n", from + 1);
        let links: String = (1..length).map(link).collect();
        format!(
            "openapi: 3.1.0\ninfo: {{ title: t, version: '1' }}\nservers: [{{ url: 'https://t.example' }}]\npaths:\n  /a: {{ get: \
             {{ operationId: get, responses: {{ '200': {{ $ref: '#/components/responses/R1' }} }} }} }}\ncomponents:\n  responses:\n\
             {links}    R{length}: {{ description: d }}\n"
        )
    };
    let found = |api: &str| {
        let files = Memory::of([("w.yml", step("outputs: { x: $response.body }").as_str()), ("api.yml", api)]);
        let compilation = compile(Path::new("w.yml"), &Options { reader: &files, ..Options::default() });
        compilation.diagnostics.into_iter().map(|found| found.message).collect::<Vec<_>>().join("\n")
    };
    assert!(!found(&described(60)).contains("`$ref`s"), "{}", found(&described(60)));
    assert!(found(&described(100)).contains("more than 64 `$ref`s"), "{}", found(&described(100)));
}

#[test]
fn line_breaks_and_byte_order_marks() {
    let right = step("description: d");
    for text in [right.replace('\n', "\r\n"), right.replace('\n', "\r"), format!("\u{feff}{right}")] {
        assert_eq!(errors(&text), [""; 0]);
    }
    refused(&right.replace("description: d", "description: \0"), "a character that YAML does not allow");
}

/// What is no file with text in it: a folder, a device that never ends, a link to itself.
#[cfg(unix)]
#[test]
fn files_that_are_none() {
    let folder = std::env::temp_dir();
    let unread = |path: &Path| {
        let compilation = compile(path, &Options::default());
        let [found] = compilation.diagnostics.as_slice() else { panic!("{:?}", compilation.diagnostics) };
        found.message.clone()
    };
    assert!(unread(&folder).contains("is a folder"));
    assert!(unread(Path::new("/dev/zero")).contains("not a regular file"));
    let link = folder.join(format!("arazzo-loop-{}", std::process::id()));
    std::os::unix::fs::symlink(&link, &link).expect("links can be made");
    let message = unread(&link);
    std::fs::remove_file(&link).expect("it is there");
    assert!(message.contains("cannot be read"), "{message}");
    assert!(Disk.read(Path::new("/dev/zero")).is_err());
}
