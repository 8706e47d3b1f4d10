arazzo::arazzo_workflow!("description_yaml.yml");

fn main() {}
