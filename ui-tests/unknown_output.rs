arazzo::arazzo_workflow!("unknown_output.yml");

fn main() {}
