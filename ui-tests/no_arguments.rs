arazzo::arazzo_workflow!();

fn main() {}
