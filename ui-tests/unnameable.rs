arazzo::arazzo_workflow!("unnameable.yml");

fn main() {}
