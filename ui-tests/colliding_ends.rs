arazzo::arazzo_workflow!("colliding_ends.yml");

fn main() {}
