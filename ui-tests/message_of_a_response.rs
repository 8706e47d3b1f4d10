arazzo::arazzo_workflow!("message_of_a_response.yml");

fn main() {}
