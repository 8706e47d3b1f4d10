arazzo::arazzo_workflow!("adpot.yml");

fn main() {}
