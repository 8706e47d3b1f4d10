//! Macro calls in surroundings that would break an expansion which takes anything for granted: no prelude, shadowed names,
//! a renamed dependency, strict lints. That it compiles is the test; `tests/` runs some of it.

#![no_implicit_prelude]
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic, clippy::nursery)]
#![deny(unreachable_pub, unused_qualifications, unused_results, missing_debug_implementations, trivial_casts)]
#![deny(let_underscore_drop, single_use_lifetimes, unused_lifetimes, rust_2018_idioms)]
#![forbid(unsafe_code)]

::my_arazzo::arazzo_workflow!("documents/names.yml");

::my_arazzo::arazzo_workflow! {
    path = "../../workflows/daytona-fork-sandbox.yml",
    allow(bare_expression, bare_jsonpath, unhandled_value),
}

/// Ids that are different in the document and alike in Rust.
#[::my_arazzo::workflows("documents/alike.yml", crate = ::my_arazzo, allow(unportable_id, bare_jsonpath))]
pub mod alike {}

/// Everything that an expansion could name has another meaning here.
#[allow(non_camel_case_types, missing_docs, missing_debug_implementations, dead_code, unused_macros, clippy::pedantic)]
pub mod shadowed {
    pub struct Result;
    pub struct Option;
    pub struct String;
    pub struct Vec;
    pub struct Box;
    pub struct Ok;
    pub struct Err;
    pub struct Some;
    pub struct None;
    pub struct Default;
    pub struct Json;
    pub struct Inputs;
    pub struct Outputs;
    pub struct End;
    pub struct str_;
    pub struct u8;
    pub struct bool;
    pub struct i64;
    pub struct f64;
    pub struct usize;
    pub struct str;
    pub trait Into {}
    pub trait From {}
    pub trait Send {}
    pub trait Clone {}
    pub trait Debug {}
    pub trait Iterator {}
    pub mod core {}
    pub mod std {}
    pub mod serde {}
    pub mod rt {}
    pub mod arazzo {}
    pub mod tokio {}

    macro_rules! format {
        ($($any:tt)*) => {
            ::core::compile_error!("shadowed")
        };
    }
    macro_rules! vec {
        ($($any:tt)*) => {
            ::core::compile_error!("shadowed")
        };
    }
    macro_rules! panic {
        ($($any:tt)*) => {
            ::core::compile_error!("shadowed")
        };
    }
    macro_rules! concat {
        ($($any:tt)*) => {
            ::core::compile_error!("shadowed")
        };
    }

    ::my_arazzo::arazzo_workflow!("documents/names.yml");

    ::my_arazzo::arazzo_workflow! {
        path = "../../workflows/daytona-image-to-running-sandbox.yml",
        allow(bare_expression, bare_jsonpath, unqualified_operation, unhandled_value),
    }

    ::my_arazzo::arazzo_workflow! {
        path = "../end_to_end/documents/nested.yml",
        allow(callee_response, skipped_step, unbounded_poll, undeclared_parameter, unused_input),
    }

    ::my_arazzo::arazzo_workflow! {
        path = "../end_to_end/documents/inputs.yml",
        allow(undeclared_parameter, secret_in_url),
    }
}

/// Workflows that run each other, of which one is asked for.
#[::my_arazzo::workflows(
    "../end_to_end/documents/nested.yml",
    only = ["create-and-read"],
    crate = ::my_arazzo,
    allow(undeclared_parameter),
)]
pub mod nested {}

/// Inputs with defaults and with everything that is checked of them.
#[::my_arazzo::workflows(
    "../end_to_end/documents/inputs.yml",
    crate = ::my_arazzo,
    allow(undeclared_parameter, secret_in_url),
)]
pub mod inputs {}

/// The attribute: the module's own items stay, and warnings are silenced by rustc's own means too.
#[::my_arazzo::workflows("../../workflows/daytona-capture-sandbox-snapshot.yml", crate = ::my_arazzo)]
#[allow(deprecated)]
pub mod attribute {
    /// An item of the module's own.
    pub const OWN: u8 = 7;
}

/// The function form inside of a module, of a document that no other module has.
pub mod devbox {
    ::my_arazzo::arazzo_workflow! {
        allow(bare_expression, bare_jsonpath, unhandled_value),
        path = "../../workflows/runloop-snapshot-and-restore-devbox.yml"
    }
}

/// All options at once, in another order than the documentation has them.
#[::my_arazzo::workflows(
    crate = ::my_arazzo,
    deny(unused_input),
    strict,
    only = ["2nd-try"],
    sources = { "things" = "documents/api.yml" },
    path = "documents/names.yml",
)]
pub mod options {}

/// A call inside a function body.
///
/// # Errors
///
/// When the run fails.
pub async fn in_a_function_body(
    client: &::my_arazzo::Client,
) -> ::core::result::Result<::std::string::String, ::my_arazzo::Error> {
    ::my_arazzo::arazzo_workflow! {
        path = "../../workflows/daytona-provision-volume-and-sandbox.yml",
        allow(bare_expression, bare_jsonpath, unqualified_operation, unhandled_value),
    }

    let inputs = provision_volume_and_sandbox::Inputs::new("token", "data", "ubuntu-22", "/data");
    let run = provision_volume_and_sandbox(client, inputs).await?;
    ::core::result::Result::Ok(match run.end {
        provision_volume_and_sandbox::End::Completed => run.outputs.volume_id,
        provision_volume_and_sandbox::End::Failed => ::std::string::String::new(),
    })
}

/// Runs that go on from a checkpoint, in a function body, of workflows that run each other too.
///
/// # Errors
///
/// When a checkpoint is not one of its workflow, and when the run fails.
pub async fn resumed_in_a_function_body(
    client: &::my_arazzo::Client,
    checkpoint: ::my_arazzo::Checkpoint,
) -> ::core::result::Result<bool, ::my_arazzo::Error> {
    ::my_arazzo::arazzo_workflow! {
        path = "../end_to_end/documents/nested.yml",
        only = ["elsewhere", "hand-over", "read-job"],
        allow(callee_response, undeclared_parameter, unused_input),
    }

    ::core::result::Result::Ok(if checkpoint.workflow() == "read-job" {
        let run = read_job::resume(client, read_job::Inputs::new("1"), checkpoint).await?;
        run.end == read_job::End::Completed
    } else {
        let run = hand_over::resume(client, hand_over::Inputs::new("1"), checkpoint).await?;
        let hand_over::End::ReadJob(next) = run.end;
        next.end == read_job::End::Completed
    })
}

/// Workflows that run each other, inside a function body.
///
/// # Errors
///
/// When the run fails.
pub async fn group_in_a_function_body(
    client: &::my_arazzo::Client,
) -> ::core::result::Result<::std::string::String, ::my_arazzo::Error> {
    ::my_arazzo::arazzo_workflow! {
        path = "../end_to_end/documents/nested.yml",
        allow(callee_response, skipped_step, unbounded_poll, undeclared_parameter, unused_input),
    }

    let run = hand_over(client, hand_over::Inputs::new("1")).await?;
    ::core::result::Result::Ok(match run.end {
        hand_over::End::ReadJob(next) if next.end == read_job::End::Missing => ::std::string::String::new(),
        hand_over::End::ReadJob(_) => run.outputs.id,
    })
}
