arazzo::arazzo_workflow!("wrong_content_type.yml");

fn main() {}
