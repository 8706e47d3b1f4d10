arazzo::arazzo_workflow!("unknown_alias.yml");

fn main() {}
