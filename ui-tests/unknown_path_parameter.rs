arazzo::arazzo_workflow!("unknown_path_parameter.yml");

fn main() {}
