arazzo::arazzo_workflow!("operation_path_url.yml");

fn main() {}
