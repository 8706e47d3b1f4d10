arazzo::arazzo_workflow!("action_parameter_twice.yml");

fn main() {}
