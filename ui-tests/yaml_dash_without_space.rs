arazzo::arazzo_workflow!("yaml_dash_without_space.yml");

fn main() {}
