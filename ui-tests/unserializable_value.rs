arazzo::arazzo_workflow!("unserializable_value.yml");

fn main() {}
