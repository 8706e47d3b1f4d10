arazzo::arazzo_workflow!("parameter_of_a_channel.yml");

fn main() {}
