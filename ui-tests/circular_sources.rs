arazzo::arazzo_workflow!("circular_sources.yml");

fn main() {}
