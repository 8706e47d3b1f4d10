arazzo::arazzo_workflow!("operation_path_section.yml");

fn main() {}
