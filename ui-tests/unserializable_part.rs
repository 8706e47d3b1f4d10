arazzo::arazzo_workflow!("unserializable_part.yml");

fn main() {}
