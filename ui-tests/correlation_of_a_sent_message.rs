arazzo::arazzo_workflow!("correlation_of_a_sent_message.yml");

fn main() {}
