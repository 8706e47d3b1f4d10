arazzo::arazzo_workflow!("retry_on_success.yml");

fn main() {}
