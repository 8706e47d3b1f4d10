arazzo::arazzo_workflow!("invalid_content_type.yml");

fn main() {}
