arazzo::arazzo_workflow!("missing_title.yml");

fn main() {}
