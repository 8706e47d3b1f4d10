arazzo::arazzo_workflow!("condition_unknown_root.yml");

fn main() {}
