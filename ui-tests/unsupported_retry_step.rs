arazzo::arazzo_workflow!("unsupported_retry_step.yml");

fn main() {}
