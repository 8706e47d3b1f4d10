arazzo::arazzo_workflow!("missing_context.yml");

fn main() {}
