//! What Daytona keeps: snapshots, sandboxes and volumes, which differ in what they show.

use serde_json::{Value, json};

use super::super::rest::{Object, Refusal, Walk};

/// What the ids of snapshots begin with.
pub(super) const SNAPSHOT: u32 = 0x5a9;
/// What the ids of sandboxes begin with.
pub(super) const SANDBOX: u32 = 0x5b0;
/// What the ids of volumes begin with.
pub(super) const VOLUME: u32 = 0x701;

const ORGANIZATION: &str = "org-1";
const TIME: &str = "2026-01-01T00:00:00.000Z";

/// A snapshot, a sandbox or a volume.
pub(super) struct Resource {
    /// The id.
    pub(super) id: String,
    /// The state, and those ahead.
    pub(super) walk: Walk,
    /// What the API shows besides id, name, state and the reason of an error.
    pub(super) members: Object,
    /// The snapshot that a sandbox is being captured as.
    pub(super) capture: Option<String>,
    name: String,
}

impl Resource {
    /// A resource that no capture is under way of.
    pub(super) fn new(id: String, name: &str, walk: Walk, members: Object) -> Self {
        Resource { id, name: name.to_owned(), walk, members, capture: None }
    }

    /// Whether this is its id or its name.
    pub(super) fn is(&self, id_or_name: &str) -> bool {
        self.id == id_or_name || self.name == id_or_name
    }

    /// Refuses a resource that is not in the state that an operation needs.
    pub(super) fn check(&self, what: &str, state: &str) -> Result<(), Refusal> {
        let (name, now) = (&self.name, self.walk.state());
        if now == state {
            return Ok(());
        }
        let message = format!("the {what} `{name}` is {now}, not {state}");
        Err(Refusal::new(409, message))
    }

    /// Records that a sandbox has mounted the volume.
    pub(super) fn mark_used(&mut self) {
        self.members.insert("lastUsedAt".to_owned(), json!(TIME));
    }

    /// The resource as the API shows it.
    pub(super) fn show(&self) -> Value {
        let mut shown = self.members.clone();
        let state = self.walk.state();
        shown.insert("id".to_owned(), json!(self.id));
        shown.insert("name".to_owned(), json!(self.name));
        shown.insert("state".to_owned(), json!(state));
        if matches!(state, "error" | "build_failed") {
            let reason = format!("`{}` was told to end in {state}", self.name);
            shown.insert("errorReason".to_owned(), json!(reason));
        }
        Value::Object(shown)
    }
}

/// Keeps a new resource, and shows it.
pub(super) fn add(resources: &mut Vec<Resource>, resource: Resource) -> Value {
    let shown = resource.show();
    resources.push(resource);
    shown
}

/// The resource that is wanted, or a 404.
pub(super) fn find<'a>(
    what: &str,
    resources: &'a mut [Resource],
    wanted: impl Fn(&Resource) -> bool,
) -> Result<&'a mut Resource, Refusal> {
    let found = resources.iter_mut().find(|resource| wanted(resource));
    found.ok_or_else(|| Refusal::new(404, format!("there is no such {what}")))
}

/// Refuses a name that is empty or taken.
pub(super) fn check_free(what: &str, resources: &[Resource], name: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(Refusal::new(400, "`name` must not be empty"));
    }
    if resources.iter().any(|resource| resource.is(name)) {
        let message = format!("the name `{name}` belongs to another {what}");
        return Err(Refusal::new(409, message));
    }
    Ok(())
}

/// An id that looks like a UUID and is the same in every run.
pub(super) fn uuid(kind: u32, n: u32) -> String {
    format!("{kind:08x}-0000-4000-8000-{n:012x}")
}

/// What a snapshot shows.
pub(super) fn snapshot_members(image: Option<&str>) -> Object {
    let mut members = object(json!({
        "general": false,
        "size": null,
        "errorReason": null,
        "createdAt": TIME,
        "updatedAt": TIME,
        "organizationId": ORGANIZATION,
    }));
    if let Some(image) = image {
        members.insert("imageName".to_owned(), json!(image));
    }
    members
}

/// What a sandbox shows, with defaults for what the body leaves open.
pub(super) fn sandbox_members(body: &Object, snapshot: &str) -> Object {
    let given = |name: &str, default: Value| body.get(name).cloned().unwrap_or(default);
    object(json!({
        "organizationId": ORGANIZATION,
        "user": given("user", json!("daytona")),
        "env": given("env", json!({})),
        "labels": given("labels", json!({})),
        "public": given("public", json!(false)),
        "target": given("target", json!("us")),
        "cpu": given("cpu", json!(1)),
        "gpu": given("gpu", json!(0)),
        "memory": given("memory", json!(1)),
        "disk": given("disk", json!(3)),
        "toolboxProxyUrl": "https://proxy.example/toolbox",
        "snapshot": snapshot,
        "createdAt": TIME,
        "updatedAt": TIME,
    }))
}

/// What a volume shows.
pub(super) fn volume_members() -> Object {
    object(json!({
        "organizationId": ORGANIZATION,
        "createdAt": TIME,
        "updatedAt": TIME,
        "errorReason": null,
    }))
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => unreachable!("each caller writes an object"),
    }
}
