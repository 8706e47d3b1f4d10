//! Typed API workflows: what `sqlx::query!` is for SQL, for sequences of API calls.
//!
//! [Arazzo](https://spec.openapis.org/arazzo/latest.html) is the OpenAPI Initiative's format for workflows over APIs: steps,
//! criteria, loops, outputs. [`arazzo_workflow!`] reads such a document while your crate compiles, checks it against the
//! specification and against the OpenAPI descriptions that it names, and makes a typed `async fn` of each workflow. What is
//! wrong with the document is a compile error at its line.
//!
//! ```no_run
//! arazzo::arazzo_workflow! {
//!     path = "workflows/daytona-fork-sandbox.yml",
//!     allow(bare_expression, bare_jsonpath, unhandled_value),
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), arazzo::Error> {
//!     let client = arazzo::Client::new();
//!     let inputs = fork_sandbox::Inputs::new("my token", "sbx-1");
//!     let run = fork_sandbox(&client, inputs).await?;
//!     match run.end {
//!         fork_sandbox::End::Completed => println!("{}", run.outputs.fork_id),
//!         fork_sandbox::End::Failed => eprintln!("the fork failed"),
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # What a workflow becomes
//!
//! A function and a module of the workflow's name in snake case. For the workflow `fork-sandbox`:
//!
//! | item | what it is |
//! |---|---|
//! | `fork_sandbox(&client, inputs)` | runs the workflow; the future is `Send`, and dropping it cancels the run |
//! | `fork_sandbox::Inputs` | the inputs, from their JSON Schema; `Debug` hides those that carry credentials |
//! | `fork_sandbox::Outputs` | the outputs, typed by the response schemas |
//! | `fork_sandbox::End` | the ways in which a run can end |
//! | `fork_sandbox::resume(&client, inputs, checkpoint)` | goes on with a run that another process has begun |
//!
//! `Inputs::new` takes the required inputs in the order of the document. The optional ones are fields like any other, so
//! that nothing new has to be learnt, and a misspelt one is an error:
//! `Inputs { name: Some("copy".into()), ..Inputs::new("my token", "sbx-1") }`.
//!
//! An input that is left out takes its `default`. What its schema asks beyond its Rust type (`minLength`, `pattern`,
//! `minimum`, `oneOf` and the other keywords of JSON Schema 2020-12; `format` asks for nothing) is checked before the first
//! request: an [`Error`] of the kind [`ErrorKind::Input`] names all that is wrong and shows none of the values.
//!
//! A string with listed values becomes an enum: of an input one of exactly those values, of an output with a variant
//! `Other(String)` for what the description does not know. Both have `as_str` and `Display`.
//!
//! An output is an `Option` unless, on every way to every end, its step has succeeded and the response schema requires it.
//! Ends that the document declares are values, whether they follow a success or a failure
//! ([`Run::after_failure`] tells); a failure that it does not declare is an [`Error`], which keeps the outputs reached so
//! far and a [`Report`] of all requests. The types come from the OpenAPI description, which is a claim: outputs that do not
//! fit are found when the run ends, as an [`Error`] of the kind [`ErrorKind::Output`].
//!
//! # Workflows that run others
//!
//! A step may call a workflow of the same document or of another one, and read its outputs as `$outputs.…`; it succeeds
//! when that workflow does. Those outputs that a workflow had reached are there when it fails too, also when the `timeout`
//! of the step or the run is over, so that what it has made can be removed. A `goto` that names a workflow ends the run:
//! its variant of `End` holds the other run. For `goto workflowId: read-job` that is `End::ReadJob(run)`, a
//! `Box<Run<read_job::Outputs, read_job::End>>`. Workflows that a workflow depends on (`dependsOn`) run before it, each
//! once, with the inputs of the same names. The [`Report`] lists the calls beside the requests.
//!
//! # How a workflow runs
//!
//! Within a runtime of Tokio that has its drivers for time and I/O, as `#[tokio::main]` makes it.
//!
//! A [`Client`] knows the servers (those of the OpenAPI descriptions, unless you give others), sends the requests, and
//! bounds and paces each run: a jump back to the same or an earlier step waits as [`Pacing`] says, or as long as the
//! response's `Retry-After` asks; [`Limits`] end what would go on for ever.
//!
//! What fails is for the document to decide. Beneath it the client [sends again](Resend) what was surely not sent, what got
//! no response and may be carried out twice, and, before the run would break off, what the server asks for once more. It
//! follows [redirects](Redirects) only where it is told to, and never to another origin.
//!
//! # Credentials
//!
//! A [`Credential`] of the client is for operations that ask for a security scheme of its name: a token, a user name and a
//! password, a key, or what a callback makes; with the feature `oauth2` also client credentials, whose tokens are fetched and
//! renewed. What a document gives as a parameter wins. A credential goes only to the servers of the source whose description
//! has the scheme, over plain HTTP only to this machine, and is masked wherever a run says something.
//!
//! ```
//! use arazzo::{Client, Credential};
//! let client = Client::builder()
//!     .credential("bearer", Credential::bearer("my token"))
//!     .credential_for("billingApi", "apiKey", Credential::api_key("my key"))
//!     .build()?;
//! # Ok::<(), arazzo::Error>(())
//! ```
//!
//! # Durable runs
//!
//! [`Client::with_checkpoints`] hands out a [`Checkpoint`] behind each step. When the process does not get to the end of the
//! run, another one goes on with `resume`, which every workflow's module has, and no step that had finished is repeated. It
//! gives what the first one would have given:
//!
//! ```no_run
//! # arazzo::arazzo_workflow! {
//! #     path = "workflows/daytona-fork-sandbox.yml",
//! #     allow(bare_expression, bare_jsonpath, unhandled_value),
//! # }
//! # fn main() {}
//! use arazzo::{Checkpoint, Client};
//!
//! async fn fork(client: &Client, inputs: fork_sandbox::Inputs, kept: Option<Checkpoint>) -> Result<String, arazzo::Error> {
//!     let run = match kept {
//!         Some(checkpoint) => fork_sandbox::resume(client, inputs, checkpoint).await?,
//!         None => fork_sandbox(client, inputs).await?,
//!     };
//!     Ok(run.outputs.fork_id)
//! }
//! ```
//!
//! # Watching runs
//!
//! An [`Observer`] is told each [`Event`] of a run; with the feature `progress`, `progress::Progress` is one that draws on the
//! terminal. With the feature `tracing`, which is on by default, each run, step and request is a span for `tracing`. The
//! [`Report`] of what is over is text, JSON ([`Report::to_json`]) or an HTTP archive ([`Report::to_har`]). Secrets are masked
//! in all of it.
//!
//! # Real documents
//!
//! Readings that many published documents need, though the specification does not allow them, are accepted with a warning
//! that shows the portable form: `Bearer $inputs.token` without braces, `$.state == "active"` where RFC 9535 wants a query,
//! and others. Stable Rust has no warnings of macros, so rustc calls them the use of a deprecated constant; under
//! `#![deny(warnings)]` they are errors. `strict` makes them errors, `allow(…)` silences them by name.

// Where the documentation is published, what needs a feature says so.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub use arazzo_runtime::{
    Action, CallRecord, Checkpoint, Client, ClientBuilder, Credential, CredentialParts, CredentialRequest, Error,
    ErrorKind, Event, Limits, Observer, Outcome, Pacing, Redirects, Report, RequestRecord, Resend, Run, Transport,
    Value, transport,
};

#[cfg(feature = "oauth2")]
pub use arazzo_runtime::ClientCredentials;

#[cfg(feature = "progress")]
pub use arazzo_runtime::progress;

#[cfg(feature = "testing")]
pub mod testing;

/// Makes a typed `async fn` of each workflow of an Arazzo document.
///
/// ```no_run
/// arazzo::arazzo_workflow!("workflows/daytona-fork-sandbox.yml");
/// # fn main() {}
/// ```
///
/// With options:
///
/// ```no_run
/// arazzo::arazzo_workflow! {
///     path = "workflows/daytona-image-to-running-sandbox.yml",
///     sources = { "sandboxApi" = "openapi/daytona-sandbox-api-openapi.yml" },
///     only = ["image-to-running-sandbox"],
///     allow(bare_expression, bare_jsonpath, unqualified_operation, unhandled_value),
///     deny(unused_input),
/// }
/// # fn main() {}
/// ```
///
/// | option | what it does |
/// |---|---|
/// | `path = "…"` | the document; relative to the package, else to this source file |
/// | `sources = { "name" = "path" }` | the local copy of a source description whose `url` is remote or elsewhere: compiling never touches the network |
/// | `only = ["workflowId"]` | some of the document's workflows, named as in the document |
/// | `strict` | lenient readings are errors, but for those that `allow` names |
/// | `allow(rule, …)` | silences warnings by the name in brackets at the end of their message |
/// | `deny(rule, …)` | makes them errors |
/// | `crate = path` | the path of this crate, where it is not found by itself |
///
/// The crate is compiled anew when the document, or a description that it names, changes.
///
/// Two workflows of one name in one scope are an error of rustc; put one of them into a module, by [`workflows`].
#[macro_export]
macro_rules! arazzo_workflow {
    ($($arguments:tt)*) => {
        $crate::__private::macros::arazzo_workflow! { [$crate] $($arguments)* }
    };
}

/// The same as [`arazzo_workflow!`], into an inline module of your own, whose own items stay.
///
/// ```no_run
/// #[arazzo::workflows("workflows/daytona-fork-sandbox.yml", allow(bare_expression, bare_jsonpath, unhandled_value))]
/// pub mod daytona {}
///
/// # async fn run(client: &arazzo::Client) -> Result<(), arazzo::Error> {
/// daytona::fork_sandbox(client, daytona::fork_sandbox::Inputs::new("my token", "sbx-1")).await?;
/// # Ok(())
/// # }
/// # fn main() {}
/// ```
///
/// It takes the same options. Under a renamed dependency it needs `crate = the_name`.
pub use arazzo_macros::workflows;

#[doc(hidden)]
pub mod __private {
    pub use arazzo_macros as macros;
    pub use arazzo_runtime::__private::*;
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
