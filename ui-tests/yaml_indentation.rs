arazzo::arazzo_workflow!("yaml_indentation.yml");

fn main() {}
