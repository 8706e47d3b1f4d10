arazzo::arazzo_workflow!("depends_on_an_unknown_step.yml");

fn main() {}
