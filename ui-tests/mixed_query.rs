arazzo::arazzo_workflow!("mixed_query.yml");

fn main() {}
