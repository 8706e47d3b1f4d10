arazzo::arazzo_workflow!("later_step.yml");

fn main() {}
