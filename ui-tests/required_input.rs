arazzo::arazzo_workflow!("required_input.yml");

fn main() {}
