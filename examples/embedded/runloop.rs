//! An API like Runloop's: devboxes and snapshots of their disks.
//!
//! From the start there are the devbox `dbx-1`, which is `running`, the snapshot `snp-1`, which is
//! `complete`, and the blueprint `bp-1`.

use serde_json::{Value, json};

use super::field::Field;
use super::field::Kind::{Choices, Integer, Text, TextMap};
use super::message::{Reply, SeenRequest};
use super::rest::{Call, Object, Outcome, Refusal, Route, Walk, dispatch};
use super::server::Handler;

const ROUTES: &[Route<Runloop>] = &[
    Route::post("/v1/devboxes", Runloop::create_devbox),
    Route::post("/v1/devboxes/{}/snapshot_disk_async", Runloop::create_disk_snapshot),
    Route::get("/v1/devboxes/disk_snapshots/{}/status", Runloop::query_disk_snapshot),
    Route::post("/v1/devboxes/{}/wait_for_status", Runloop::wait_for_status),
];

const CREATE_DEVBOX: &[Field] = &[
    Field::nullable("name", Text),
    Field::nullable("snapshot_id", Text),
    Field::nullable("blueprint_id", Text),
    Field::nullable("metadata", TextMap),
];

const CREATE_DISK_SNAPSHOT: &[Field] =
    &[Field::nullable("name", Text), Field::nullable("commit_message", Text), Field::nullable("metadata", TextMap)];

const WAIT_FOR_STATUS: &[Field] =
    &[Field::required("statuses", Choices(DEVBOX_STATUSES)), Field::nullable("timeout_seconds", Integer)];

const DEVBOX_STATUSES: &[&str] =
    &["provisioning", "initializing", "running", "suspending", "suspended", "resuming", "failure", "shutdown"];

const BLUEPRINT: &str = "bp-1";
const TIME_MS: u64 = 1_767_225_600_000;

/// The API, with settings that decide how its resources fare.
pub(crate) struct Runloop {
    token: String,
    polls: usize,
    snapshot_end: &'static str,
    devbox_end: &'static str,
    timeouts: usize,
    snapshots: Vec<Resource>,
    devboxes: Vec<Resource>,
}

impl Runloop {
    /// An API for this bearer token, in which everything goes well and a snapshot is found in
    /// progress twice.
    pub(crate) fn new(token: impl Into<String>) -> Self {
        let seed = |id: &str, status, member: &str, value| {
            let members = Object::from_iter([(member.to_owned(), json!(value))]);
            Resource::new(id.to_owned(), Walk::resting(status), members)
        };
        Runloop {
            token: token.into(),
            polls: 2,
            snapshot_end: "complete",
            devbox_end: "running",
            timeouts: 0,
            snapshots: vec![seed("snp-1", "complete", "source_devbox_id", "dbx-1")],
            devboxes: vec![seed("dbx-1", "running", "name", "workbench")],
        }
    }

    /// How many queries find a snapshot in progress; with 0 the first one finds the last status.
    pub(crate) fn polls(mut self, polls: usize) -> Self {
        self.polls = polls;
        self
    }

    /// The last status of new snapshots: `complete`, `error` or `deleted`.
    pub(crate) fn snapshots_end(mut self, status: &'static str) -> Self {
        self.snapshot_end = status;
        self
    }

    /// The last status of new devboxes: `running`, `failure` or any other.
    pub(crate) fn devboxes_end(mut self, status: &'static str) -> Self {
        self.devbox_end = status;
        self
    }

    /// How many waits run out of time before one is long enough.
    pub(crate) fn timeouts(mut self, timeouts: usize) -> Self {
        self.timeouts = timeouts;
        self
    }

    fn create_devbox(&mut self, call: &Call<'_>) -> Outcome {
        call.check_flags(&[])?;
        let mut members = call.optional_body(CREATE_DEVBOX)?;
        let snapshot = members.remove("snapshot_id");
        let blueprint = members.remove("blueprint_id");
        if snapshot.is_some() && blueprint.is_some() {
            let message = "`snapshot_id` and `blueprint_id` exclude one another";
            return Err(Refusal::new(400, message));
        }
        if let Some(id) = snapshot.as_ref().and_then(Value::as_str) {
            let snapshot = find("snapshot", &mut self.snapshots, id)?;
            match snapshot.walk.state() {
                "complete" => {}
                "deleted" => return Err(not_found("snapshot", id)),
                status => {
                    let message = format!("the snapshot `{id}` is {status}, not complete");
                    return Err(Refusal::new(400, message));
                }
            }
        }
        if let Some(id) = blueprint.as_ref().and_then(Value::as_str)
            && id != BLUEPRINT
        {
            return Err(not_found("blueprint", id));
        }
        let devbox = Resource::new(
            format!("dbx-{}", self.devboxes.len() + 1),
            Walk::through(&["provisioning", "initializing"], 1, self.devbox_end),
            members,
        );
        let shown = devbox.show_devbox();
        self.devboxes.push(devbox);
        Ok(shown)
    }

    fn create_disk_snapshot(&mut self, call: &Call<'_>) -> Outcome {
        call.check_flags(&[])?;
        let mut members = call.optional_body(CREATE_DISK_SNAPSHOT)?;
        let devbox = find("devbox", &mut self.devboxes, call.id())?;
        let status = devbox.walk.state();
        if status != "running" {
            let message = format!("the devbox `{}` is {status}, not running", devbox.id);
            return Err(Refusal::new(400, message));
        }
        members.insert("source_devbox_id".to_owned(), json!(devbox.id));
        let snapshot = Resource::new(
            format!("snp-{}", self.snapshots.len() + 1),
            Walk::through(&["in_progress"], self.polls, self.snapshot_end),
            members,
        );
        let shown = snapshot.show();
        self.snapshots.push(snapshot);
        Ok(Value::Object(shown))
    }

    fn query_disk_snapshot(&mut self, call: &Call<'_>) -> Outcome {
        call.check_flags(&[])?;
        let snapshot = find("snapshot", &mut self.snapshots, call.id())?;
        let status = snapshot.walk.poll();
        Ok(json!({
            "status": status,
            "snapshot": (status == "complete").then(|| snapshot.show()),
            "error_message": (status == "error").then_some("the snapshot was told to fail"),
        }))
    }

    fn wait_for_status(&mut self, call: &Call<'_>) -> Outcome {
        call.check_flags(&[])?;
        let body = call.body(WAIT_FOR_STATUS)?;
        let devbox = find("devbox", &mut self.devboxes, call.id())?;
        let seconds = body.get("timeout_seconds").and_then(Value::as_i64);
        if seconds.is_some_and(i64::is_negative) {
            return Err(Refusal::new(400, "`timeout_seconds` must not be negative"));
        }
        let late = Refusal::new(408, "none of the statuses was reached in time");
        if self.timeouts > 0 {
            self.timeouts -= 1;
            devbox.walk.poll();
            return Err(late);
        }
        let wanted = body.get("statuses").and_then(Value::as_array);
        let is_wanted = |status: &str| wanted.into_iter().flatten().any(|w| w == status);
        while !is_wanted(devbox.walk.state()) {
            if devbox.walk.is_resting() {
                return Err(late);
            }
            devbox.walk.poll();
        }
        Ok(devbox.show_devbox())
    }
}

impl Handler for Runloop {
    fn handle(&mut self, request: &SeenRequest) -> Reply {
        let token = self.token.clone();
        match dispatch(self, ROUTES, self.base_path(), &token, request) {
            Ok(body) => Reply::json(200, &body),
            Err(refusal) => {
                let code = refusal.reason().to_lowercase().replace(' ', "_");
                refusal.reply(&json!({ "code": code, "message": refusal.message }))
            }
        }
    }
}

/// A devbox or a snapshot.
struct Resource {
    id: String,
    walk: Walk,
    /// What the API shows besides id, status and time.
    members: Object,
}

impl Resource {
    fn new(id: String, walk: Walk, mut members: Object) -> Self {
        members.entry("metadata").or_insert_with(|| Value::Object(Object::new()));
        Resource { id, walk, members }
    }

    fn show(&self) -> Object {
        let mut shown = self.members.clone();
        shown.insert("id".to_owned(), json!(self.id));
        shown.insert("create_time_ms".to_owned(), json!(TIME_MS));
        shown
    }

    fn show_devbox(&self) -> Value {
        let mut shown = self.show();
        shown.insert("status".to_owned(), json!(self.walk.state()));
        Value::Object(shown)
    }
}

fn find<'a>(what: &str, resources: &'a mut [Resource], id: &str) -> Result<&'a mut Resource, Refusal> {
    let found = resources.iter_mut().find(|resource| resource.id == id);
    found.ok_or_else(|| not_found(what, id))
}

fn not_found(what: &str, id: &str) -> Refusal {
    Refusal::new(404, format!("there is no {what} `{id}`"))
}
