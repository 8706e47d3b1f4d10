arazzo::arazzo_workflow!("own_output.yml");

fn main() {}
