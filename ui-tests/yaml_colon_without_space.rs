arazzo::arazzo_workflow!("yaml_colon_without_space.yml");

fn main() {}
