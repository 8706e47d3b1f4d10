//! A macro call in a crate of edition 2021.

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
