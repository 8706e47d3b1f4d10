arazzo::arazzo_workflow!("missing_in.yml");

fn main() {}
