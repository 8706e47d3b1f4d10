arazzo::arazzo_workflow!("output_is_a_number.yml");

fn main() {}
