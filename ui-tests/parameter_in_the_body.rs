arazzo::arazzo_workflow!("parameter_in_the_body.yml");

fn main() {}
