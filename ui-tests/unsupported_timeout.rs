arazzo::arazzo_workflow!("unsupported_timeout.yml");

fn main() {}
