arazzo::arazzo_workflow!("colliding_inputs.yml");

fn main() {}
