arazzo::arazzo_workflow!("xpath.yml");

fn main() {}
