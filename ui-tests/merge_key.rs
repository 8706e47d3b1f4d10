arazzo::arazzo_workflow!("merge_key.yml");

fn main() {}
