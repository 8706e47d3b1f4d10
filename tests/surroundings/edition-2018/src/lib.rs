//! A macro call in a crate of edition 2018.

#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]

arazzo::arazzo_workflow!("../documents/names.yml");

/// The attribute, and code that uses what it makes.
pub mod inner {
    /// A document with lenient readings, each allowed.
    #[arazzo::workflows(
        "../../../workflows/daytona-fork-sandbox.yml",
        allow(bare_expression, bare_jsonpath, unhandled_value)
    )]
    pub mod daytona {}

    /// Runs it.
    pub async fn run(client: &arazzo::Client) -> Result<String, arazzo::Error> {
        let inputs = daytona::fork_sandbox::Inputs::new("token", "sbx-1");
        Ok(daytona::fork_sandbox(client, inputs).await?.outputs.fork_id)
    }
}

/// Workflows that run each other, inside a function body.
pub async fn hand_over_and_read(client: &arazzo::Client) -> Result<Option<String>, arazzo::Error> {
    arazzo::arazzo_workflow! {
        path = "../../end_to_end/documents/nested.yml",
        allow(callee_response, skipped_step, unbounded_poll, undeclared_parameter, unused_input),
    }

    Ok(create_and_read(client, create_and_read::Inputs::new("n")).await?.outputs.state.map(|state| state.to_string()))
}
