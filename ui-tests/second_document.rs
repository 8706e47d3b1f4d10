arazzo::arazzo_workflow!("second_document.yml");

fn main() {}
