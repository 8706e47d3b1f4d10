arazzo::arazzo_workflow!("unknown_output_far.yml");

fn main() {}
