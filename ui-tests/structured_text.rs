arazzo::arazzo_workflow!("structured_text.yml");

fn main() {}
