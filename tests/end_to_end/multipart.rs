//! Bodies of the type `multipart/form-data`: the parts that the server saw, byte for byte.

use arazzo::ErrorKind;
use serde_json::json;

use crate::embedded::{Reply, SeenRequest, Server};
use crate::support::{assert_says, client};
use crate::workflows::small::{store_bytes, upload_parts, upload_whole};

fn server() -> Server {
    Server::start(|_: &SeenRequest| Reply::json(200, &json!({})))
}

/// The parts of a request: the lines of their heads, and what they hold.
#[track_caller]
fn parts(request: &SeenRequest) -> Vec<(Vec<String>, Vec<u8>)> {
    let content_type = request.header("content-type").expect("a content type");
    let (kind, boundary) = content_type.split_once("; boundary=").expect("a boundary");
    assert_eq!(kind, "multipart/form-data");
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    let body = [b"\r\n", &request.body[..]].concat();
    let mut starts: Vec<usize> =
        (0..=body.len() - delimiter.len()).filter(|at| body[*at..].starts_with(&delimiter)).collect();
    assert_eq!(starts.first(), Some(&0), "nothing before the first part");
    let last = starts.pop().expect("the end");
    assert_eq!(&body[last + delimiter.len()..], b"--\r\n");
    let ends = starts.iter().skip(1).copied().chain([last]);
    let part = |(start, end): (usize, usize)| {
        let part = body[start + delimiter.len()..end].strip_prefix(b"\r\n").expect("a line break");
        let head = part.windows(4).position(|window| window == b"\r\n\r\n").expect("an empty line");
        let lines = String::from_utf8(part[..head].to_vec()).expect("text");
        (lines.split("\r\n").map(str::to_owned).collect(), part[head + 4..].to_vec())
    };
    starts.iter().copied().zip(ends).map(part).collect()
}

/// The same with what the parts hold as text, and one text for each head.
#[track_caller]
pub(crate) fn texts(request: &SeenRequest) -> Vec<(String, String)> {
    let text = |(head, content): (Vec<String>, Vec<u8>)| {
        let head = head.join(" | ").replace("Content-Disposition: form-data; ", "");
        (head, content.iter().map(|byte| char::from(*byte)).collect())
    };
    parts(request).into_iter().map(text).collect()
}

pub(crate) fn expected(parts: &[(&str, &str)]) -> Vec<(String, String)> {
    parts.iter().map(|(head, content)| ((*head).to_owned(), (*content).to_owned())).collect()
}

/// Rule R16: the members of an object are the parts.
/// Rule A39: their content types and headers are those of the description; files have a name, and Base64 of an input is
/// sent as bytes.
/// Rule A14: a member that is absent or null is left out.
#[tokio::test]
async fn members_are_parts() {
    let server = server();
    let pages = vec!["JVBERi0=".to_owned(), "AAH/".to_owned()];
    let inputs = upload_parts::Inputs::new("A \"1\"", "iVBORw0KGgr/", pages, vec!["x y".to_owned(), "z".to_owned()]);
    upload_parts(&client(&server), inputs.clone()).await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(
        texts(request),
        expected(&[
            ("name=\"title\"", "A \"1\""),
            ("name=\"count\"", "2"),
            (
                "name=\"photo\"; filename=\"photo\" | Content-Type: image/png | X-Side: left",
                "\u{89}PNG\r\n\u{1a}\n\u{ff}"
            ),
            ("name=\"pages\"; filename=\"pages\" | Content-Type: application/pdf", "%PDF-"),
            ("name=\"pages\"; filename=\"pages\" | Content-Type: application/pdf", "\0\u{1}\u{ff}"),
            (
                "name=\"thumb\"; filename=\"thumb\" | Content-Type: image/png | Content-Transfer-Encoding: base64",
                "iVBORw0KGgo="
            ),
            ("name=\"raw\"; filename=\"raw\" | Content-Type: application/octet-stream", "as it is"),
            ("name=\"meta\" | Content-Type: application/json", "{\"title\":\"A \\\"1\\\"\"}"),
            ("name=\"tags\"", "x y"),
            ("name=\"tags\"", "z"),
            ("name=\"notes\" | Content-Type: text/markdown; charset=utf-8", "# A \"1\""),
            ("name=\"filter[size][min]\"", "1"),
            ("name=\"filter[tags][]\"", "x y"),
            ("name=\"filter[tags][]\"", "z"),
        ])
    );
    // The same inputs make the same body.
    upload_parts(&client(&server), inputs).await.unwrap();
    assert_eq!(server.requests()[1].body, request.body);
}

/// Rule R16: a payload that only the run knows is an object, whose members are the parts that the description declares.
/// Rule R17: a part can be replaced.
#[tokio::test]
async fn a_whole_payload_has_parts_too() {
    let server = server();
    let form = upload_whole::InputsForm { file: Some("_-8".to_owned()), name: Some(json!(["--own", {"b": 1}])) };
    upload_whole(&client(&server), upload_whole::Inputs::new(form)).await.unwrap();
    let requests = server.requests();
    let file = ("name=\"file\"; filename=\"file\" | Content-Type: application/octet-stream", "\u{ff}\u{ef}");
    assert_eq!(
        texts(&requests[0]),
        expected(&[file, ("name=\"name\"", "--own"), ("name=\"name\" | Content-Type: application/json", "{\"b\":1}")])
    );
    assert_eq!(requests[1].header("content-type"), Some("multipart/form-data; boundary=own"));
    assert_eq!(texts(&requests[1]), expected(&[file, ("name=\"name\"", "replaced")]));

    let form = upload_whole::InputsForm { file: Some("s3cret?".to_owned()), name: None };
    let error = upload_whole(&client(&server), upload_whole::Inputs::new(form)).await.unwrap_err();
    assert_eq!((error.kind(), error.step()), (ErrorKind::Request, Some("whole")));
    assert_says(&error, "the part `file` is not the Base64 that its input is declared to be");
    assert!(!error.to_string().contains("s3cret"));
}

/// Rule R16: a body of bytes is what Base64 stands for, where its input is declared to be that.
#[tokio::test]
async fn bytes_are_given_as_base64() {
    let server = server();
    store_bytes(&client(&server), store_bytes::Inputs::new("iVBORw0KGgr/")).await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.header("content-type"), Some("image/png"));
    assert_eq!(&request.body[..], b"\x89PNG\r\n\x1a\n\xff");
    let error = store_bytes(&client(&server), store_bytes::Inputs::new("?")).await.unwrap_err();
    assert_says(&error, "the body is not the Base64 that its input is declared to be");
}
