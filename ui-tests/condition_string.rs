arazzo::arazzo_workflow!("condition_string.yml");

fn main() {}
