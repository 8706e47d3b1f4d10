arazzo::arazzo_workflow!("response_in_parameter.yml");

fn main() {}
