arazzo::arazzo_workflow!("missing_sources.yml");

fn main() {}
