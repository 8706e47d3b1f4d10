//! The document, its info and its sources.

use super::{good, read_text};
use crate::document::{SourceKind, Version};

const REST: &str = "info: {title: t, version: '1'}\nsourceDescriptions: [{name: s, url: s.yml}]\nworkflows: [{workflowId: w, steps: [{stepId: a, operationId: o}]}]\n";

#[track_caller]
fn complains(text: &str, expected: &[&str]) {
    assert_eq!(read_text(text).1, expected, "{text}");
}

// Rules C1, C2.
#[test]
fn versions() {
    for (text, expected) in [
        ("1.0.0", Version::V1_0),
        ("1.0.1", Version::V1_0),
        ("1.0.99-rc1", Version::V1_0),
        ("1.1.0", Version::V1_1),
        ("\"1.1.2\"", Version::V1_1),
    ] {
        assert_eq!(good(&format!("arazzo: {text}\n{REST}")).version, expected);
    }
    for (text, complaint, readable) in [
        ("2.0.0", "unsupported_version 1:9 Arazzo `2.0.0` is not supported", false),
        ("1.2.0", "unsupported_version 1:9 Arazzo `1.2.0` is not supported", false),
        ("1.0", "wrong_type 1:9 `arazzo` must be a string, not a number", true),
        ("'1.0'", "invalid_value 1:9 `arazzo` must be a version of three numbers", true),
        ("1.0.x", "invalid_value 1:9 `arazzo` must be a version of three numbers", true),
        ("latest", "invalid_value 1:9 `arazzo` must be a version of three numbers", true),
        ("''", "invalid_value 1:9 `arazzo` must be a version of three numbers", true),
    ] {
        let (document, complaints) = read_text(&format!("arazzo: {text}\n{REST}"));
        assert_eq!(complaints, [complaint]);
        assert_eq!(document.is_some(), readable, "{text}");
    }
}

// Rule C8.
#[test]
fn what_must_be_there() {
    complains("[]", &["wrong_type 1:1 an Arazzo document must be a map, not a list"]);
    complains(
        "x-a: 1",
        &[
            "missing_field 1:1 this Arazzo document lacks `arazzo`",
            "missing_field 1:1 this Arazzo document lacks `info`",
            "missing_field 1:1 this Arazzo document lacks `sourceDescriptions`",
            "missing_field 1:1 this Arazzo document lacks `workflows`",
        ],
    );
    complains(
        "arazzo: 1.0.1\ninfo: {}\nsourceDescriptions: []\nworkflows: []",
        &[
            "missing_field 2:7 this info object lacks `title`",
            "missing_field 2:7 this info object lacks `version`",
            "empty_list 3:21 `sourceDescriptions` must have an entry",
            "empty_list 4:12 `workflows` must have an entry",
        ],
    );
    let (document, complaints) = read_text("arazzo: 1.0.1\ninfo: x\nsourceDescriptions: {}\nworkflows: {}");
    assert!(document.is_none());
    assert_eq!(
        complaints,
        [
            "wrong_type 2:7 `info` must be a map, not a string",
            "wrong_type 3:21 `sourceDescriptions` must be a list, not a map",
            "wrong_type 4:12 `workflows` must be a list, not a map",
        ]
    );
    complains(
        "openapi: 3.1.0\npaths: {}",
        &["invalid_value 1:1 this is an OpenAPI description, not an Arazzo document"],
    );
}

// Rules C10, C11.
#[test]
fn fields_of_the_document() {
    good(&format!("$schema: https://spec.openapis.org/arazzo/1.0/schema\nx-own: [1]\narazzo: 1.0.1\n{REST}"));
    complains(
        &format!("arazzo: 1.0.1\nserver: x\nComponents: {{}}\nx-arazzo-y: 1\n$self: a#b\n{REST}"),
        &[
            "unknown_field 2:1 no field `server` in an Arazzo document",
            "unknown_field 3:1 no field `Components` in an Arazzo document",
            "reserved_extension 4:1 the prefix `x-arazzo` is reserved for the OpenAPI Initiative",
            "newer_field 5:1 `$self` needs Arazzo 1.1, and this document follows 1.0",
            "invalid_value 5:8 `$self` must not have a fragment",
        ],
    );
    let misspelt = format!("Arazzo: 1.0.1\n{}", REST.replace("workflows", "workflow"));
    let (document, complaints) = read_text(&misspelt);
    assert_eq!(
        complaints,
        [
            "unknown_field 1:1 no field `Arazzo` in an Arazzo document",
            "unknown_field 4:1 no field `workflow` in an Arazzo document",
        ]
    );
    let document = document.expect("it is read as what is meant");
    assert_eq!((document.version, document.workflows.len()), (Version::V1_0, 1));
}

// Rule C9.
#[test]
fn info() {
    complains(
        &format!(
            "arazzo: 1.0.1\n{}",
            REST.replace("{title: t, version: '1'}", "{titel: t, version: 1.0, summary: ~, description: ''}")
        ),
        &[
            "unknown_field 2:8 no field `titel` in an info object",
            "wrong_type 2:27 `version` must be a string, not a number",
            "wrong_type 2:41 `summary` must be a string, not null",
        ],
    );
}

// Rules C20, C21, C22.
#[test]
fn source_descriptions() {
    let sources = |version: &str, lines: &str| {
        read_text(&format!(
            "arazzo: {version}\ninfo: {{title: t, version: '1'}}\nsourceDescriptions:\n{lines}\nworkflows: [{{workflowId: w, steps: [{{stepId: a, operationId: o}}]}}]\n"
        ))
    };
    let (document, complaints) = sources(
        "1.0.1",
        "- {name: a b, url: ./x.yml}\n- {name: a, url: 'x y.yml'}\n- {name: a, url: '..\\x.yml'}\n- {name: A, type: openapi}\n- x\n- {name: '', url: '', type: asyncapi}\n- {name: c, url: 'https://é.example/{id}', type: opanapi}",
    );
    assert_eq!(
        complaints,
        [
            "invalid_name 4:10 the source name `a b` has characters other than letters, digits, `_` and `-`",
            "invalid_value 5:18 `url` must be a URI, which cannot have a space",
            "duplicate_name 6:10 the source name `a` is there twice",
            "invalid_value 6:18 `url` must be a URI, which cannot have `\\`",
            "missing_field 7:3 this source description lacks `url`",
            "wrong_type 8:3 an entry of `sourceDescriptions` must be a map, not a string",
            "invalid_value 9:10 `name` must not be empty",
            "invalid_value 9:19 `url` must not be empty",
            "newer_field 9:29 the value `asyncapi` of `type` needs Arazzo 1.1, and this document follows 1.0",
            "invalid_value 10:18 `url` must be a URI, which cannot have `{`",
            "invalid_value 10:50 `type` must be `openapi` or `arazzo`, not `opanapi`",
        ]
    );
    let kinds: Vec<_> = document
        .expect("it can be read")
        .sources
        .iter()
        .map(|source| source.kind.as_ref().map(|kind| kind.value))
        .collect();
    assert_eq!(
        kinds,
        [None, None, None, Some(SourceKind::OpenApi), Some(SourceKind::AsyncApi), Some(SourceKind::OpenApi)]
    );
    assert_eq!(sources("1.1.0", "- {name: a, url: x.yml, type: asyncapi}").1, [""; 0]);
}
