arazzo::arazzo_workflow!("input_twice.yml");

fn main() {}
