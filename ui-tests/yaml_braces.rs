arazzo::arazzo_workflow!("yaml_braces.yml");

fn main() {}
