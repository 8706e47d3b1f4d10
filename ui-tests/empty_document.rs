arazzo::arazzo_workflow!("empty_document.yml");

fn main() {}
