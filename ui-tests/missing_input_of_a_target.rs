arazzo::arazzo_workflow!("missing_input_of_a_target.yml");

fn main() {}
