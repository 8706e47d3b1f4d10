arazzo::arazzo_workflow!("yaml_tag.yml");

fn main() {}
