arazzo::arazzo_workflow!("circular_reference.yml");

fn main() {}
