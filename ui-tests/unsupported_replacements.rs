arazzo::arazzo_workflow!("unsupported_replacements.yml");

fn main() {}
