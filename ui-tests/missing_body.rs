arazzo::arazzo_workflow!("missing_body.yml");

fn main() {}
