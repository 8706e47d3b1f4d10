#[arazzo::workflows("no_second_errors.yml", strickt)]
mod flows {}

use flows::adopt;

fn main() {}

/// Nothing in here is wrong, and nothing in here is complained about.
pub async fn caller(client: &arazzo::Client) -> Result<String, arazzo::Error> {
    let inputs = adopt::Inputs { limit: Some(1), ..adopt::Inputs::new() };
    let run = adopt(client, inputs).await?;
    let status: Option<adopt::OutputsStatus> = run.outputs.status;
    Ok(match run.end {
        adopt::End::Closed => format!("closed, {}", status.unwrap()),
        adopt::End::Completed => run.outputs.name.unwrap_or_default(),
    })
}
