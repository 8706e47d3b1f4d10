arazzo::arazzo_workflow!("no_target.yml");

fn main() {}
