arazzo::arazzo_workflow!("broken_reference.yml");

fn main() {}
