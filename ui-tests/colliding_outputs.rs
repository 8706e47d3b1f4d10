arazzo::arazzo_workflow!("colliding_outputs.yml");

fn main() {}
