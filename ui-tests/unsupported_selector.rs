arazzo::arazzo_workflow!("unsupported_selector.yml");

fn main() {}
