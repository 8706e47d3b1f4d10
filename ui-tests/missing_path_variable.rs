arazzo::arazzo_workflow!("missing_path_variable.yml");

fn main() {}
