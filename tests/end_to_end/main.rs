//! The five workflows from end to end: the generated functions over real HTTP on loopback, and, where time matters, over
//! a transport in memory under a paused clock. One binary, because linking is most of what a test costs to build.

#[path = "../../examples/embedded/mod.rs"]
mod embedded;
mod support;
mod workflows;

mod bodies;
mod canary;
mod cancellation;
mod capture_sandbox_snapshot;
mod checkpoints;
mod client;
mod conditions;
mod credentials;
mod criteria;
mod embedded_api;
mod fault_matrix;
mod faults;
mod fork_sandbox;
mod forms;
mod hostile;
mod hostile_http;
mod image_to_running_sandbox;
mod inherited;
mod inputs;
mod killed;
mod multipart;
mod names;
mod nested;
mod official;
mod origins;
mod own_client;
mod provision_volume_and_sandbox;
mod readings;
mod recordings;
mod recovery;
mod redirects;
mod remade;
mod replacements;
mod resending;
mod resume;
mod retries;
mod secure;
mod selectors;
mod servers;
mod signed_urls;
mod snapshot_and_restore_devbox;
mod storage;
mod swagger;
mod testing_kit;
mod token_faults;
mod tokens;
mod tracing;
mod virtual_time;
mod wire;
