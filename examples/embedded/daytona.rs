//! An API like Daytona's: snapshots, sandboxes and volumes.
//!
//! | there from the start | |
//! |---|---|
//! | sandbox `sbx-1`, also called `workbench` | `started` |
//! | snapshots `ubuntu-22` and `debian-12` | `active` |
//! | snapshot `retired` | `inactive` |

mod resource;

use serde_json::{Value, json};

use self::resource::{
    Resource, SANDBOX, SNAPSHOT, VOLUME, add, check_free, find, sandbox_members, snapshot_members, uuid, volume_members,
};
use super::field::Field;
use super::field::Kind::{Boolean, Integer, Objects, Text, TextList, TextMap};
use super::message::{Reply, SeenRequest};
use super::rest::{Call, Object, Outcome, Refusal, Route, Walk, dispatch};
use super::server::Handler;

const ROUTES: &[Route<Daytona>] = &[
    Route::post("/snapshots", Daytona::create_snapshot),
    Route::get("/snapshots/{}", Daytona::get_snapshot),
    Route::post("/sandbox", Daytona::create_sandbox),
    Route::get("/sandbox/{}", Daytona::get_sandbox),
    Route::post("/sandbox/{}/fork", Daytona::fork_sandbox),
    Route::post("/sandbox/{}/snapshot", Daytona::create_sandbox_snapshot),
    Route::post("/volumes", Daytona::create_volume),
    Route::get("/volumes/{}", Daytona::get_volume),
];

const CREATE_SNAPSHOT: &[Field] = &[
    Field::required("name", Text),
    Field::optional("imageName", Text),
    Field::optional("entrypoint", TextList),
    Field::optional("cpu", Integer),
    Field::optional("gpu", Integer),
    Field::optional("memory", Integer),
    Field::optional("disk", Integer),
    Field::optional("regionId", Text),
];

const CREATE_SANDBOX: &[Field] = &[
    Field::optional("name", Text),
    Field::optional("snapshot", Text),
    Field::optional("user", Text),
    Field::optional("env", TextMap),
    Field::optional("labels", TextMap),
    Field::optional("public", Boolean),
    Field::optional("target", Text),
    Field::optional("cpu", Integer),
    Field::optional("gpu", Integer),
    Field::optional("memory", Integer),
    Field::optional("disk", Integer),
    Field::optional("autoStopInterval", Integer),
    Field::optional("volumes", Objects(SANDBOX_VOLUME)),
];

const SANDBOX_VOLUME: &[Field] =
    &[Field::required("volumeId", Text), Field::required("mountPath", Text), Field::optional("subpath", Text)];

const FORK_SANDBOX: &[Field] = &[Field::optional("name", Text)];

const CREATE_SANDBOX_SNAPSHOT: &[Field] = &[Field::required("name", Text), Field::optional("includeMemory", Boolean)];

const CREATE_VOLUME: &[Field] = &[Field::required("name", Text)];

const DEFAULT_SNAPSHOT: &str = "ubuntu-22";

/// The API, with settings that decide how its resources fare.
pub(crate) struct Daytona {
    token: String,
    polls: usize,
    snapshot_end: &'static str,
    sandbox_end: &'static str,
    fork_end: &'static str,
    capture_end: &'static str,
    volume_end: &'static str,
    created: u32,
    snapshots: Vec<Resource>,
    sandboxes: Vec<Resource>,
    volumes: Vec<Resource>,
}

impl Daytona {
    /// An API for this bearer token, in which everything goes well and each transitional state
    /// lasts for two reads.
    pub(crate) fn new(token: impl Into<String>) -> Self {
        let snapshot = |n, name, state| {
            let members = snapshot_members(None);
            Resource::new(uuid(SNAPSHOT, n), name, Walk::resting(state), members)
        };
        let sandbox = sandbox_members(&Object::new(), DEFAULT_SNAPSHOT);
        Daytona {
            token: token.into(),
            polls: 2,
            snapshot_end: "active",
            sandbox_end: "started",
            fork_end: "started",
            capture_end: "started",
            volume_end: "ready",
            created: 3,
            snapshots: vec![
                snapshot(1, "ubuntu-22", "active"),
                snapshot(2, "debian-12", "active"),
                snapshot(3, "retired", "inactive"),
            ],
            sandboxes: vec![Resource::new("sbx-1".to_owned(), "workbench", Walk::resting("started"), sandbox)],
            volumes: Vec::new(),
        }
    }

    /// How many reads find a resource in each of its transitional states; with 0 the first one
    /// already finds the last state.
    pub(crate) fn polls(mut self, polls: usize) -> Self {
        self.polls = polls;
        self
    }

    /// The last state of new snapshots: `active`, `build_failed`, `error` or any other.
    pub(crate) fn snapshots_end(mut self, state: &'static str) -> Self {
        self.snapshot_end = state;
        self
    }

    /// The last state of new sandboxes: `started`, `error`, `build_failed` or any other.
    pub(crate) fn sandboxes_end(mut self, state: &'static str) -> Self {
        self.sandbox_end = state;
        self
    }

    /// The last state of forks.
    pub(crate) fn forks_end(mut self, state: &'static str) -> Self {
        self.fork_end = state;
        self
    }

    /// The last state of a sandbox that is captured; the snapshot is usable if it is `started`.
    pub(crate) fn captures_end(mut self, state: &'static str) -> Self {
        self.capture_end = state;
        self
    }

    /// The last state of new volumes: `ready`, `error` or any other.
    pub(crate) fn volumes_end(mut self, state: &'static str) -> Self {
        self.volume_end = state;
        self
    }

    fn create_snapshot(&mut self, call: &Call<'_>) -> Outcome {
        call.check_flags(&[])?;
        let body = call.body(CREATE_SNAPSHOT)?;
        let name = text(&body, "name").unwrap_or_default();
        check_free("snapshot", &self.snapshots, name)?;
        let states = &["building", "pending", "pulling"];
        let walk = Walk::through(states, self.polls, self.snapshot_end);
        let members = snapshot_members(text(&body, "imageName"));
        let snapshot = Resource::new(self.new_id(SNAPSHOT), name, walk, members);
        Ok(add(&mut self.snapshots, snapshot))
    }

    fn get_snapshot(&mut self, call: &Call<'_>) -> Outcome {
        call.check_flags(&[])?;
        let snapshot = find("snapshot", &mut self.snapshots, |s| s.id == call.id())?;
        snapshot.walk.poll();
        Ok(snapshot.show())
    }

    fn create_sandbox(&mut self, call: &Call<'_>) -> Outcome {
        call.check_flags(&[])?;
        let body = call.body(CREATE_SANDBOX)?;
        let wanted = text(&body, "snapshot").unwrap_or(DEFAULT_SNAPSHOT);
        find("snapshot", &mut self.snapshots, |s| s.is(wanted))?.check("snapshot", "active")?;
        let mounts = body.get("volumes").and_then(Value::as_array);
        let mounts = mounts.into_iter().flatten();
        let mounts = mounts.filter_map(|mount| mount["volumeId"].as_str());
        for id in mounts.clone() {
            find("volume", &mut self.volumes, |v| v.id == id)?.check("volume", "ready")?;
        }
        let id = self.new_id(SANDBOX);
        let name = text(&body, "name").unwrap_or(&id).to_owned();
        check_free("sandbox", &self.sandboxes, &name)?;
        for id in mounts {
            let volume = find("volume", &mut self.volumes, |v| v.id == id)?;
            volume.mark_used();
        }
        let walk = Walk::through(&["creating", "starting"], self.polls, self.sandbox_end);
        let sandbox = Resource::new(id, &name, walk, sandbox_members(&body, wanted));
        Ok(add(&mut self.sandboxes, sandbox))
    }

    fn get_sandbox(&mut self, call: &Call<'_>) -> Outcome {
        call.check_flags(&["verbose"])?;
        let sandbox = find("sandbox", &mut self.sandboxes, |s| s.is(call.id()))?;
        let state = sandbox.walk.poll();
        if sandbox.walk.is_resting()
            && let Some(id) = sandbox.capture.take()
        {
            let end = if state == "started" { "active" } else { "error" };
            find("snapshot", &mut self.snapshots, |s| s.id == id)?.walk = Walk::resting(end);
        }
        Ok(sandbox.show())
    }

    fn fork_sandbox(&mut self, call: &Call<'_>) -> Outcome {
        call.check_flags(&[])?;
        let body = call.body(FORK_SANDBOX)?;
        let source = find("sandbox", &mut self.sandboxes, |s| s.is(call.id()))?;
        source.check("sandbox", "started")?;
        let members = source.members.clone();
        let id = self.new_id(SANDBOX);
        let name = text(&body, "name").unwrap_or(&id).to_owned();
        check_free("sandbox", &self.sandboxes, &name)?;
        let walk = Walk::through(&["forking", "starting"], self.polls, self.fork_end);
        let fork = Resource::new(id, &name, walk, members);
        Ok(add(&mut self.sandboxes, fork))
    }

    fn create_sandbox_snapshot(&mut self, call: &Call<'_>) -> Outcome {
        call.check_flags(&[])?;
        let body = call.body(CREATE_SANDBOX_SNAPSHOT)?;
        let name = text(&body, "name").unwrap_or_default();
        let id = self.new_id(SNAPSHOT);
        let sandbox = find("sandbox", &mut self.sandboxes, |s| s.is(call.id()))?;
        sandbox.check("sandbox", "started")?;
        check_free("snapshot", &self.snapshots, name)?;
        sandbox.walk = Walk::through(&["snapshotting"], self.polls, self.capture_end);
        sandbox.capture = Some(id.clone());
        // It is done when its sandbox is, however often it is read itself.
        let walk = Walk::resting("snapshotting");
        let snapshot = Resource::new(id, name, walk, snapshot_members(None));
        self.snapshots.push(snapshot);
        Ok(sandbox.show())
    }

    fn create_volume(&mut self, call: &Call<'_>) -> Outcome {
        call.check_flags(&[])?;
        let body = call.body(CREATE_VOLUME)?;
        let name = text(&body, "name").unwrap_or_default();
        check_free("volume", &self.volumes, name)?;
        let states = &["pending_create", "creating"];
        let walk = Walk::through(states, self.polls, self.volume_end);
        let volume = Resource::new(self.new_id(VOLUME), name, walk, volume_members());
        Ok(add(&mut self.volumes, volume))
    }

    fn get_volume(&mut self, call: &Call<'_>) -> Outcome {
        call.check_flags(&[])?;
        let volume = find("volume", &mut self.volumes, |v| v.id == call.id())?;
        volume.walk.poll();
        Ok(volume.show())
    }

    fn new_id(&mut self, kind: u32) -> String {
        self.created += 1;
        uuid(kind, self.created)
    }
}

impl Handler for Daytona {
    fn handle(&mut self, request: &SeenRequest) -> Reply {
        let token = self.token.clone();
        match dispatch(self, ROUTES, self.base_path(), &token, request) {
            Ok(body) => Reply::json(200, &body),
            Err(refusal) => refusal.reply(&json!({
                "statusCode": refusal.status,
                "message": refusal.message,
                "error": refusal.reason(),
            })),
        }
    }

    fn base_path(&self) -> &'static str {
        "/api"
    }
}

fn text<'a>(body: &'a Object, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
}
