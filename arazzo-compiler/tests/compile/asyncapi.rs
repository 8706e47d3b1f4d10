//! Sources that are AsyncAPI descriptions, and steps that send or receive their messages: checked, then refused.

use crate::support::{found, operations};
use arazzo_compiler::source::Memory;
use arazzo_compiler::{Compilation, Options, compile};
use std::path::Path;

const NEWS: &str = "asyncapi: 3.0.0
info: { title: t, version: '1' }
channels:
  orders: { address: orders }
  /pets/new: { address: pets }
operations:
  takeOrder: { action: receive, channel: { $ref: '#/channels/orders' } }
  tellOrder: { action: send, channel: { $ref: '#/channels/orders' } }
";

const OLDER: &str = "asyncapi: 2.6.0
info: { title: t, version: '1' }
channels:
  orders: { $ref: '#/components/channels/Orders' }
  /pets/new: { subscribe: { operationId: tellPet } }
components: { channels: { Orders: { publish: { operationId: takeOrder }, subscribe: { operationId: tellOrder } } } }
";

const FLOWS: &str = "arazzo: 1.1.0
info: { title: t, version: '1' }
sourceDescriptions: [{ name: api, url: api.yml }]
workflows: [{ workflowId: w, steps: [{ stepId: a, operationId: get }] }]
";

/// A document of one step whose lines are the test's own, with sources of all types.
fn document(step: &str) -> String {
    with_sources("{ name: api, url: api.yml }, { name: news, url: news.yml, type: asyncapi }", step)
}

fn with_sources(sources: &str, step: &str) -> String {
    format!(
        "arazzo: 1.1.0\ninfo: {{ title: t, version: '1' }}\nsourceDescriptions: [{sources}]\nworkflows:\n\
         - workflowId: w\n  inputs: {{ type: object, properties: {{ id: {{ type: string }} }} }}\n  steps:\n\
         \x20 - stepId: a\n{step}"
    )
}

fn compiled(document: &str) -> Compilation {
    compiled_with(document, NEWS)
}

fn compiled_with(document: &str, news: &str) -> Compilation {
    let api = operations("'200': { description: ok }");
    let files = Memory::of([("w.yml", document), ("api.yml", api.as_str()), ("news.yml", news), ("flows.yml", FLOWS)]);
    compile(Path::new("w.yml"), &Options { reader: &files, ..Options::default() })
}

/// Rule C24: a source is read when a step needs it, and not before.
#[test]
fn a_source_that_no_step_uses_may_be_anything() {
    for news in [NEWS, "not: a description", "asyncapi: 4.0.0"] {
        let document = document("    operationId: $sourceDescriptions.api.get\n");
        assert_eq!(found(&compiled_with(&document, news)), ["warning unused_input w.yml 6:41"]);
    }
}

/// Rules C40 and C41: what a step names and what it does fit together. Rules R45, R46, R47, R48, R49: a step that sends or
/// receives a message is refused by one error.
#[test]
fn steps_with_messages_are_checked_and_refused() {
    let refused = "error unsupported w.yml 9:18";
    for (step, expected) in [
        ("    operationId: $sourceDescriptions.news.takeOrder\n    action: send\n", &[refused][..]),
        ("    operationId: $sourceDescriptions.news.tellOrder\n    action: receive\n", &[refused]),
        ("    operationId: $sourceDescriptions.news.tellOrder\n", &["error missing_field w.yml 9:18", refused]),
        ("    operationId: takeOrder\n    action: send\n", &["warning unqualified_operation w.yml 9:18", refused]),
        (
            "    operationId: $sourceDescriptions.news.takeOder\n    action: send\n",
            &["error unknown_operation w.yml 9:43", refused],
        ),
        ("    channelPath: '{$sourceDescriptions.news.url}#/channels/orders'\n    action: receive\n", &[refused]),
        ("    channelPath: $sourceDescriptions.news.url#/channels/~1pets~1new\n    action: send\n", &[refused]),
        (
            "    channelPath: '{$sourceDescriptions.news.url}#/channels/oders'\n    action: send\n",
            &["error unknown_channel w.yml 9:60"],
        ),
        (
            "    channelPath: '{$sourceDescriptions.nws.url}#/channels/orders'\n    action: send\n",
            &["error unknown_source w.yml 9:40"],
        ),
        (
            "    channelPath: '{$sourceDescriptions.api.url}#/channels/orders'\n    action: send\n",
            &["error wrong_source_type w.yml 9:40"],
        ),
        ("    channelPath: orders\n    action: send\n", &["error invalid_expression w.yml 9:18"]),
        ("    channelPath: 'news.yml#/channels/orders'\n    action: send\n", &["error invalid_expression w.yml 9:18"]),
        (
            "    operationPath: '{$sourceDescriptions.news.url}#/operations/takeOrder'\n",
            &["error wrong_source_type w.yml 9:42"],
        ),
        (
            "    operationId: $sourceDescriptions.api.get\n    action: receive\n    correlationId: $inputs.id\n",
            &["error misplaced_field w.yml 10:13"],
        ),
    ] {
        let compilation = compiled(&document(step));
        let found: Vec<String> =
            found(&compilation).into_iter().filter(|line| !line.contains("unused_input")).collect();
        let mut expected = expected.to_vec();
        expected.sort_by_key(|line| (!line.starts_with("error"), line.to_string()));
        let mut sorted = found.clone();
        sorted.sort_by_key(|line| (!line.starts_with("error"), line.clone()));
        assert_eq!(sorted, expected, "{step}");
    }
}

/// Rule C40: before AsyncAPI 3, an operation stood inside of its channel.
#[test]
fn descriptions_of_asyncapi_2_are_read() {
    for (id, expected) in
        [("tellPet", "error unsupported w.yml 9:18"), ("takePet", "error unknown_operation w.yml 9:43")]
    {
        let step = format!(
            "    operationId: $sourceDescriptions.news.{id}\n    action: receive\n    correlationId: $inputs.id\n"
        );
        assert_eq!(found(&compiled_with(&document(&step), OLDER))[0], expected);
    }
    let step =
        "    operationId: $sourceDescriptions.news.tellOrder\n    action: receive\n    correlationId: $inputs.id\n";
    assert_eq!(found(&compiled_with(&document(step), OLDER)), ["error unsupported w.yml 9:18"]);
}

/// Rules C42, C91 and R49: the fields and expressions of messages are checked in a step that is refused.
#[test]
fn what_stands_in_a_step_with_a_message_is_checked() {
    let receive = "    operationId: $sourceDescriptions.news.tellOrder\n    action: receive\n";
    let refused = "error unsupported w.yml 9:18".to_owned();
    for (more, expected) in [
        (
            "    correlationId: $inputs.id\n    outputs: { id: $message.payload#/id, from: $message.header.From }\n",
            None,
        ),
        (
            "    correlationId: order-{$inputs.id}\n    successCriteria: [{ condition: $message.payload#/ok == true }]\n",
            None,
        ),
        ("    correlationId: $inputs.od\n", Some("error unknown_input w.yml 11:28")),
        ("    correlationId: $message.header.Id\n", Some("error misplaced_expression w.yml 11:20")),
        ("    outputs: { id: $message.body }\n", Some("error invalid_expression w.yml 11:29")),
        ("    outputs: { id: $response.body }\n", Some("error misplaced_expression w.yml 11:20")),
        ("    successCriteria: [{ condition: $statusCode == 200 }]\n", Some("error misplaced_expression w.yml 11:36")),
        (
            "    successCriteria: [{ context: $message.payload, type: jsonpath, condition: '$[?' }]\n",
            Some("error invalid_jsonpath w.yml 11:83"),
        ),
    ] {
        let errors: Vec<String> = found(&compiled(&document(&format!("{receive}{more}"))))
            .into_iter()
            .filter(|line| line.starts_with("error"))
            .collect();
        let expected: Vec<String> = std::iter::once(refused.clone()).chain(expected.map(str::to_owned)).collect();
        assert_eq!(errors, expected, "{more}");
    }
    let body = format!("{receive}    requestBody: {{ payload: {{ id: $inputs.id }} }}\n");
    assert_eq!(found(&compiled(&document(&body))), [refused.as_str(), "warning ignored_field w.yml 11:18"]);
}

/// Rule C91: a message has no place in a step that calls an operation over HTTP.
#[test]
fn messages_belong_to_steps_that_have_one() {
    let step = "    operationId: $sourceDescriptions.api.get\n    outputs: { id: $message.payload#/id }\n";
    assert_eq!(found(&compiled(&document(step))), ["error misplaced_expression w.yml 10:20"]);
}

/// Rule C23: a source is what the document says, and without a word of the document what its file says.
#[test]
fn the_type_of_a_source_is_that_of_its_file() {
    let one = |source: &str, step: &str| {
        let found = found(&compiled(&with_sources(source, step)));
        found.into_iter().filter(|line| line.starts_with("error")).collect::<Vec<_>>()
    };
    let get = "    operationId: get\n";
    assert_eq!(one("{ name: a, url: api.yml, type: openapi }", get), [""; 0]);
    assert_eq!(one("{ name: a, url: api.yml, type: asyncapi }", get), ["error not_a_description w.yml 3:53"]);
    assert_eq!(one("{ name: a, url: news.yml, type: openapi }", get), ["error not_a_description w.yml 3:54"]);
    assert_eq!(one("{ name: a, url: flows.yml, type: openapi }", get), ["error not_a_description w.yml 3:55"]);
    assert_eq!(one("{ name: a, url: w.yml, type: asyncapi }", get), ["error not_a_description w.yml 3:51"]);
    let take = "    operationId: takeOrder\n    action: send\n";
    assert_eq!(one("{ name: a, url: news.yml }", take), ["error unsupported w.yml 9:18"]);
    let qualified = "    operationId: $sourceDescriptions.a.get\n";
    assert_eq!(one("{ name: a, url: flows.yml }", qualified), ["error wrong_source_type w.yml 9:38"]);
    assert_eq!(one("{ name: a, url: flows.yml, type: arazzo }", get), ["error unknown_operation w.yml 3:38"]);
}

/// Rule C3: AsyncAPI came with Arazzo 1.1.
#[test]
fn arazzo_1_0_knows_no_asyncapi() {
    let step = "    operationId: takeOrder\n";
    let document = with_sources("{ name: a, url: news.yml }", step).replace("1.1.0", "1.0.1");
    assert_eq!(found(&compiled(&document))[0], "error newer_field w.yml 3:38");
}

/// Rule R45: the workflows beside one with messages can be compiled without it.
#[test]
fn the_other_workflows_of_a_document_compile() {
    let step = "    operationId: $sourceDescriptions.news.takeOrder\n    action: send\n";
    let document = format!(
        "{}- workflowId: other\n  steps: [{{ stepId: a, operationId: $sourceDescriptions.api.get }}]\n",
        document(step)
    );
    let api = operations("'200': { description: ok }");
    let files = Memory::of([("w.yml", document.as_str()), ("api.yml", api.as_str()), ("news.yml", NEWS)]);
    let options = Options { reader: &files, only: Some(vec!["other".to_owned()]), ..Options::default() };
    let compilation = compile(Path::new("w.yml"), &options);
    assert_eq!(found(&compilation), [""; 0]);
    assert!(compilation.tokens.to_string().contains("fn other"), "{}", compilation.tokens);
    let all = compile(Path::new("w.yml"), &Options { reader: &files, ..Options::default() });
    assert_eq!(found(&all), ["error unsupported w.yml 9:18"]);
}
