arazzo::arazzo_workflow!("place_of_an_action_parameter.yml");

fn main() {}
