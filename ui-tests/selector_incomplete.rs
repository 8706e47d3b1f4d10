arazzo::arazzo_workflow!("selector_incomplete.yml");

fn main() {}
