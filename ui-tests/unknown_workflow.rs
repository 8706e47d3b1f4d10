arazzo::arazzo_workflow! { path = "unknown_workflow.yml", only = ["adpot"] }

fn main() {}
