arazzo::arazzo_workflow!("expression_unknown_root.yml");

fn main() {}
