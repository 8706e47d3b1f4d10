arazzo::arazzo_workflow!("unknown_member.yml");

fn main() {}
