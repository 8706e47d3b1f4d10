arazzo::arazzo_workflow!("missing_documents.yml");

fn main() {}
