arazzo::arazzo_workflow!("reference_to_another_document.yml");

fn main() {}
