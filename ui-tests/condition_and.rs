arazzo::arazzo_workflow!("condition_and.yml");

fn main() {}
