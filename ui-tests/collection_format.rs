arazzo::arazzo_workflow!("collection_format.yml");

fn main() {}
