arazzo::arazzo_workflow!("action_of_a_request.yml");

fn main() {}
