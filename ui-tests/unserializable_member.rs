arazzo::arazzo_workflow!("unserializable_member.yml");

fn main() {}
