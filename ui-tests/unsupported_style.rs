arazzo::arazzo_workflow!("unsupported_style.yml");

fn main() {}
