arazzo::arazzo_workflow!("invalid_output_name.yml");

fn main() {}
