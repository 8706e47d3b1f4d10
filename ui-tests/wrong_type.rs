arazzo::arazzo_workflow!("wrong_type.yml");

fn main() {}
