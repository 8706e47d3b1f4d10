arazzo::arazzo_workflow!("constant_output.yml");

fn main() {}
