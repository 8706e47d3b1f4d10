arazzo::arazzo_workflow!("yaml_key.yml");

fn main() {}
