arazzo::arazzo_workflow!("missing_steps.yml");

fn main() {}
