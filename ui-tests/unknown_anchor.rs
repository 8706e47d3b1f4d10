arazzo::arazzo_workflow!("unknown_anchor.yml");

fn main() {}
