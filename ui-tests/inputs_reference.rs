arazzo::arazzo_workflow!("inputs_reference.yml");

fn main() {}
