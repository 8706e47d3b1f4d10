arazzo::arazzo_workflow!("unknown_field_of_a_parameter.yml");

fn main() {}
