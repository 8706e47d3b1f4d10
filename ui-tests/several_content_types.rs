arazzo::arazzo_workflow!("several_content_types.yml");

fn main() {}
