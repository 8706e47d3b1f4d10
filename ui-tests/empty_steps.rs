arazzo::arazzo_workflow!("empty_steps.yml");

fn main() {}
