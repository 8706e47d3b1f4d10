arazzo::arazzo_workflow!("circular_steps.yml");

fn main() {}
