//! The embedded APIs themselves: what they refuse, how their resources move on, and that the
//! faults of the server are what they say. Requests are written by hand over a plain socket, so
//! that nothing of this project, nor any client's manners, stands between.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::embedded::{Daytona, Fault, Reply, Runloop, SeenRequest, Server};

const JSON: &str = "Content-Type: application/json\r\n";
const TOKEN: &str = "Authorization: Bearer secret\r\n";

/// What came back, as far as it came.
struct Answer {
    head: String,
    body: String,
}

impl Answer {
    fn status(&self) -> u16 {
        self.head[9..12].parse().expect("a status line")
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }

    fn announced_length(&self) -> usize {
        let (_, rest) = (self.head.split_once("content-length: ")).expect("a length");
        let digits = rest.lines().next().expect("a value");
        digits.parse().expect("a number")
    }
}

fn raw(server: &Server, method: &str, path: &str, headers: &str, body: &str) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(server.address())?;
    stream.set_read_timeout(Some(Duration::from_millis(500)))?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\
         Content-Length: {length}\r\n{headers}\r\n{body}"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8(answer).expect("text");
    let (head, body) = (answer.split_once("\r\n\r\n")).ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(Answer { head: head.to_owned(), body: body.to_owned() })
}

fn get(server: &Server, path: &str) -> Answer {
    raw(server, "GET", path, TOKEN, "").expect("an answer")
}

fn post(server: &Server, path: &str, body: Value) -> Answer {
    let headers = format!("{TOKEN}{JSON}");
    raw(server, "POST", path, &headers, &body.to_string()).expect("an answer")
}

/// The member that each of the next `reads` GETs of a path shows.
fn walk(server: &Server, path: &str, member: &str, reads: usize) -> Vec<String> {
    let read = |_| {
        let shown = get(server, path).json();
        shown[member].as_str().expect("a string").to_owned()
    };
    (0..reads).map(read).collect()
}

fn id(answer: &Answer) -> String {
    assert_eq!(answer.status(), 200, "{}", answer.body);
    answer.json()["id"].as_str().expect("an id").to_owned()
}

fn daytona() -> Server {
    Server::start(Daytona::new("secret"))
}

fn runloop() -> Server {
    Server::start(Runloop::new("secret"))
}

#[test]
fn a_valid_token_is_required_exactly_once() {
    for (server, path) in [(daytona(), "/api/sandbox/sbx-1"), (runloop(), "/v1/devboxes/disk_snapshots/snp-1/status")] {
        let twice = format!("{TOKEN}{TOKEN}");
        let bare = "Authorization: secret\r\n";
        let wrong = "Authorization: Bearer other\r\n";
        for headers in ["", bare, wrong, &twice] {
            let answer = raw(&server, "GET", path, headers, "").expect("an answer");
            assert_eq!(answer.status(), 401, "{headers}");
        }
        assert_eq!(get(&server, path).status(), 200);
    }
}

#[test]
fn unknown_paths_and_methods_are_refused() {
    let server = daytona();
    for path in ["/sandbox/sbx-1", "/api", "/api/nothing", "/api/sandbox/"] {
        assert_eq!(get(&server, path).status(), 404, "{path}");
    }
    let answer = get(&server, "/api/volumes");
    assert_eq!(answer.status(), 405);
    assert!(answer.head.contains("allow: POST"), "{}", answer.head);
    assert_eq!(
        answer.json(),
        json!({
            "statusCode": 405,
            "message": "GET is not allowed here",
            "error": "Method Not Allowed",
        })
    );
}

#[test]
fn daytona_refuses_what_its_schemas_do_not_allow() {
    let server = daytona();
    let volume = |mount: Value| json!({ "volumes": [mount] });
    for (path, body, message) in [
        ("/volumes", json!({}), "`name` is required"),
        ("/volumes", json!([]), "the body must be an object"),
        ("/volumes", json!({"name": ""}), "`name` must not be empty"),
        ("/sandbox/sbx-1/fork", json!({"name": null}), "`name` must be a string, not null"),
        ("/sandbox", json!({"size": 1}), "`size` is unknown"),
        ("/sandbox", json!({"cpu": 1.5}), "`cpu` must be an integer"),
        ("/sandbox", json!({"env": {"A": 1}}), "`env` must be an object of strings"),
        ("/sandbox", volume(json!({"volumeId": "v"})), "`volumes[0].mountPath` is required"),
    ] {
        let answer = post(&server, &format!("/api{path}"), body);
        assert_eq!(answer.status(), 400, "{message}");
        assert_eq!(answer.json()["message"], message);
    }
    let headers = format!("{TOKEN}{JSON}");
    let answer = raw(&server, "POST", "/api/volumes", &headers, "{").expect("an answer");
    assert_eq!(answer.status(), 400);
    let text = format!("{TOKEN}Content-Type: text/plain\r\n");
    for headers in [TOKEN, &text] {
        let answer = raw(&server, "POST", "/api/volumes", headers, "{}").expect("an answer");
        assert_eq!(answer.status(), 415, "{headers}");
    }
}

#[test]
fn a_flag_in_the_query_is_true_or_false() {
    let server = daytona();
    for (query, status) in [
        ("verbose=true", 200),
        ("verbose=false", 200),
        ("verbose=1", 400),
        ("verbose", 400),
        ("verbose=true&verbose=true", 400),
        ("other=true", 400),
    ] {
        let answer = get(&server, &format!("/api/sandbox/sbx-1?{query}"));
        assert_eq!(answer.status(), status, "{query}");
    }
}

#[test]
fn an_image_becomes_a_snapshot_and_then_a_sandbox() {
    let server = daytona();
    let body = json!({"name": "mine", "imageName": "ubuntu:22.04"});
    let created = post(&server, "/api/snapshots", body.clone());
    assert_eq!(created.json()["state"], "building");
    assert_eq!(created.json()["errorReason"], Value::Null);
    assert_eq!(created.json()["imageName"], "ubuntu:22.04");
    assert_eq!(post(&server, "/api/snapshots", body).status(), 409);

    let sandbox = json!({"snapshot": "mine"});
    assert_eq!(post(&server, "/api/sandbox", sandbox.clone()).status(), 409);
    let path = format!("/api/snapshots/{}", id(&created));
    assert_eq!(
        walk(&server, &path, "state", 8),
        ["building", "building", "pending", "pending", "pulling", "pulling", "active", "active"]
    );
    let sandbox = post(&server, "/api/sandbox", sandbox);
    assert_eq!(sandbox.json()["state"], "creating");
    let path = format!("/api/sandbox/{}", id(&sandbox));
    assert_eq!(walk(&server, &path, "state", 5), ["creating", "creating", "starting", "starting", "started"]);
}

#[test]
fn a_sandbox_needs_a_snapshot_that_is_there_and_active() {
    let server = daytona();
    for (snapshot, status) in [("ubuntu-22", 200), ("retired", 409), ("unknown", 404)] {
        let answer = post(&server, "/api/sandbox", json!({"snapshot": snapshot}));
        assert_eq!(answer.status(), status, "{snapshot}");
    }
}

#[test]
fn a_volume_can_be_mounted_once_it_is_ready() {
    let server = Server::start(Daytona::new("secret").polls(1));
    let volume = id(&post(&server, "/api/volumes", json!({"name": "data"})));
    let path = format!("/api/volumes/{volume}");
    let mount = |id: &str| json!({"volumes": [{"volumeId": id, "mountPath": "/data"}]});
    assert_eq!(post(&server, "/api/sandbox", mount("none")).status(), 404);
    assert_eq!(post(&server, "/api/sandbox", mount(&volume)).status(), 409);
    assert_eq!(walk(&server, &path, "state", 3), ["pending_create", "creating", "ready"]);
    assert_eq!(get(&server, &path).json().get("lastUsedAt"), None);
    assert_eq!(post(&server, "/api/sandbox", mount(&volume)).status(), 200);
    assert!(get(&server, &path).json()["lastUsedAt"].is_string());
}

#[test]
fn a_fork_starts_on_its_own_and_can_only_be_made_of_a_started_sandbox() {
    let server = Server::start(Daytona::new("secret").polls(1));
    let fork = post(&server, "/api/sandbox/workbench/fork", json!({}));
    assert_eq!(fork.json()["state"], "forking");
    let path = format!("/api/sandbox/{}", id(&fork));
    let again = format!("{path}/fork");
    assert_eq!(post(&server, &again, json!({})).status(), 409);
    assert_eq!(walk(&server, &path, "state", 3), ["forking", "starting", "started"]);
    let named = post(&server, &again, json!({"name": "a b"}));
    assert_eq!(named.json()["name"], "a b");
    assert_eq!(get(&server, "/api/sandbox/a%20b").status(), 200);
    assert_eq!(post(&server, "/api/sandbox/none/fork", json!({})).status(), 404);
}

#[test]
fn a_captured_snapshot_is_active_once_its_sandbox_has_started_again() {
    let server = Server::start(Daytona::new("secret").polls(1));
    let capture = json!({"name": "kept", "includeMemory": true});
    let answer = post(&server, "/api/sandbox/sbx-1/snapshot", capture.clone());
    assert_eq!(answer.json()["id"], "sbx-1");
    assert_eq!(answer.json()["state"], "snapshotting");
    let again = post(&server, "/api/sandbox/sbx-1/snapshot", capture);
    assert_eq!(again.status(), 409);
    let sandbox = json!({"snapshot": "kept"});
    assert_eq!(post(&server, "/api/sandbox", sandbox.clone()).status(), 409);
    assert_eq!(walk(&server, "/api/sandbox/sbx-1", "state", 2), ["snapshotting", "started"]);
    assert_eq!(post(&server, "/api/sandbox", sandbox).status(), 200);
}

#[test]
fn daytona_ends_as_it_was_told_to_and_says_why() {
    let api = Daytona::new("secret")
        .polls(0)
        .snapshots_end("build_failed")
        .sandboxes_end("error")
        .forks_end("error")
        .volumes_end("error");
    let server = Server::start(api);
    for (create, read, body, state) in [
        ("/snapshots", "/snapshots", json!({"name": "n"}), "build_failed"),
        ("/sandbox", "/sandbox", json!({}), "error"),
        ("/sandbox/sbx-1/fork", "/sandbox", json!({}), "error"),
        ("/volumes", "/volumes", json!({"name": "n"}), "error"),
    ] {
        let id = id(&post(&server, &format!("/api{create}"), body));
        let shown = get(&server, &format!("/api{read}/{id}")).json();
        assert_eq!(shown["state"], state, "{create}");
        assert!(shown["errorReason"].is_string(), "{create}");
    }
    let failing = Server::start(Daytona::new("secret").polls(0).captures_end("error"));
    post(&failing, "/api/sandbox/sbx-1/snapshot", json!({"name": "n"}));
    let states = walk(&failing, "/api/sandbox/sbx-1", "state", 1);
    assert_eq!(states, ["error"]);
}

#[test]
fn a_devbox_is_restored_from_a_complete_snapshot() {
    let server = runloop();
    let request = json!({"name": "first", "commit_message": null});
    let started = post(&server, "/v1/devboxes/dbx-1/snapshot_disk_async", request);
    let snapshot = id(&started);
    assert_eq!(started.json()["name"], "first");
    assert_eq!(started.json().get("commit_message"), None);

    let create = json!({"snapshot_id": snapshot, "name": null});
    let early = post(&server, "/v1/devboxes", create.clone());
    assert_eq!(early.status(), 400);
    assert_eq!(early.json()["code"], "bad_request");
    let path = format!("/v1/devboxes/disk_snapshots/{snapshot}/status");
    assert_eq!(walk(&server, &path, "status", 3), ["in_progress", "in_progress", "complete"]);
    assert_eq!(get(&server, &path).json()["snapshot"]["id"], snapshot);

    let devbox = post(&server, "/v1/devboxes", create);
    assert_eq!(devbox.json()["status"], "provisioning");
    let wait = format!("/v1/devboxes/{}/wait_for_status", id(&devbox));
    let body = json!({"statuses": ["running"], "timeout_seconds": null});
    assert_eq!(post(&server, &wait, body).json()["status"], "running");
}

#[test]
fn runloop_refuses_what_it_cannot_do() {
    let server = runloop();
    let devboxes = "/v1/devboxes";
    let wait = "/v1/devboxes/dbx-1/wait_for_status";
    for (path, body, status) in [
        (devboxes, json!({"snapshot_id": "none"}), 404),
        (devboxes, json!({"blueprint_id": "none"}), 404),
        (devboxes, json!({"blueprint_id": "bp-1", "snapshot_id": "snp-1"}), 400),
        (devboxes, json!({"metadata": {"a": 1}}), 400),
        ("/v1/devboxes/none/snapshot_disk_async", json!({}), 404),
        ("/v1/devboxes/none/wait_for_status", json!({"statuses": ["running"]}), 404),
        (wait, json!({"statuses": ["started"]}), 400),
        (wait, json!({"statuses": []}), 400),
        (wait, json!({}), 400),
        (wait, json!({"statuses": ["running"], "timeout_seconds": "30"}), 400),
        (wait, json!({"statuses": ["running"], "timeout_seconds": -1}), 400),
        (wait, json!({"statuses": ["shutdown"]}), 408),
    ] {
        let answer = post(&server, path, body.clone());
        assert_eq!(answer.status(), status, "{path} {body}");
        assert!(answer.json()["message"].is_string());
    }
    assert_eq!(get(&server, "/v1/devboxes/disk_snapshots/none/status").status(), 404);
    let bare = raw(&server, "POST", devboxes, TOKEN, "").expect("an answer");
    assert_eq!(bare.status(), 200);
}

#[test]
fn runloop_ends_as_it_was_told_to() {
    for (end, status) in [("error", 400), ("deleted", 404)] {
        let api = Runloop::new("secret").polls(0).snapshots_end(end);
        let server = Server::start(api);
        let started = post(&server, "/v1/devboxes/dbx-1/snapshot_disk_async", json!({}));
        let snapshot = id(&started);
        let path = format!("/v1/devboxes/disk_snapshots/{snapshot}/status");
        assert_eq!(walk(&server, &path, "status", 1), [end]);
        let create = json!({"snapshot_id": snapshot});
        assert_eq!(post(&server, "/v1/devboxes", create).status(), status);
    }
    let api = Runloop::new("secret").timeouts(1).devboxes_end("failure");
    let server = Server::start(api);
    let devbox = id(&post(&server, "/v1/devboxes", json!({})));
    let wait = format!("/v1/devboxes/{devbox}/wait_for_status");
    let body = json!({"statuses": ["initializing", "running"]});
    assert_eq!(post(&server, &wait, body.clone()).status(), 408);
    assert_eq!(post(&server, &wait, body).status(), 200);
    let body = json!({"statuses": ["running"]});
    assert_eq!(post(&server, &wait, body).status(), 408);
}

#[test]
fn requests_are_remembered_as_they_came() {
    let server = daytona();
    get(&server, "/api/sandbox/a%2Fb?verbose=true");
    post(&server, "/api/volumes", json!({"name": "n"}));
    let seen = server.requests();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].method, "GET");
    assert_eq!(seen[0].target, "/api/sandbox/a%2Fb?verbose=true");
    assert_eq!(seen[0].path(), "/api/sandbox/a%2Fb");
    assert_eq!(seen[0].query(), Some("verbose=true"));
    assert_eq!(seen[0].header("Authorization"), Some("Bearer secret"));
    assert_eq!(seen[1].json(), Some(json!({"name": "n"})));
    assert_eq!((seen[0].connection, seen[1].connection), (1, 2), "each of these requests opens a connection");
}

#[test]
fn faults_befall_the_requests_they_were_scripted_for() {
    let server = daytona();
    let read = |path: &str| raw(&server, "GET", path, TOKEN, "");
    let sandbox = "/api/sandbox/sbx-1";
    let busy = Reply::new(503, "busy", "text/plain").with_header("retry-after", "7");
    server.fault(1, Fault::Drop);
    server.fault(2, Fault::Status(500, "oops", "text/plain"));
    server.fault(3, Fault::Reply(busy));
    server.fault(4, Fault::Body("[]".into(), "application/json"));
    server.fault(5, Fault::Cut);
    server.fault(6, Fault::Hang);

    assert!(read(sandbox).is_err());
    let failed = read(sandbox).expect("an answer");
    assert_eq!((failed.status(), failed.body.as_str()), (500, "oops"));
    let busy = read(sandbox).expect("an answer");
    assert!(busy.head.contains("retry-after: 7"), "{}", busy.head);
    let other = read(sandbox).expect("an answer");
    assert_eq!((other.status(), other.body.as_str()), (200, "[]"));
    let cut = read(sandbox).expect("the first half of an answer");
    assert_eq!(cut.body.len(), cut.announced_length() / 2);
    let hung = read(sandbox).err().expect("no answer");
    assert!(matches!(hung.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut), "{hung}");
    assert_eq!(get(&server, sandbox).status(), 200);
    assert_eq!(server.requests().len(), 7);
}

#[test]
fn a_fault_can_choose_its_requests_and_what_the_api_hears_of_them() {
    let server = daytona();
    let creates = |request: &SeenRequest| request.method == "POST";
    server.fault(creates, Fault::Drop);
    server.fault(creates, Fault::Lose);
    server.fault_each(|request: &SeenRequest| request.path().ends_with("/sbx-1"), Fault::Status(502, "", "text/plain"));
    let headers = format!("{TOKEN}{JSON}");
    let create = || raw(&server, "POST", "/api/volumes", &headers, r#"{"name":"n"}"#);
    assert!(create().is_err(), "dropped, and not carried out");
    assert!(create().is_err(), "carried out, and the answer lost");
    let third = create().expect("an answer");
    assert_eq!(third.status(), 409, "the second one was carried out");
    for _ in 0..2 {
        assert_eq!(get(&server, "/api/sandbox/sbx-1").status(), 502);
        assert_eq!(get(&server, "/api/sandbox/workbench").status(), 200);
    }
}

#[test]
fn a_server_that_is_restarted_has_forgotten_everything() {
    let server = daytona();
    let url = server.url();
    server.fault_each(|_: &SeenRequest| true, Fault::Drop);
    assert!(raw(&server, "GET", "/api/sandbox/sbx-1", TOKEN, "").is_err());
    server.restart(Daytona::new("secret"));
    assert_eq!(server.requests().len(), 0);
    assert_eq!(server.url(), url);
    assert_eq!(get(&server, "/api/sandbox/sbx-1").status(), 200);
}

#[test]
fn a_dropped_server_frees_its_port() {
    let server = daytona();
    let address = server.address();
    assert_eq!(server.url(), format!("http://{address}/api"));
    drop(server);
    let handler = |_: &SeenRequest| Reply::json(200, &json!({"ok": true}));
    let server = Server::start_at(address, handler).expect("the port is free");
    assert_eq!(server.url(), format!("http://{address}"));
    assert_eq!(get(&server, "/").json(), json!({"ok": true}));
}
