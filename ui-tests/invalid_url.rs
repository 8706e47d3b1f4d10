arazzo::arazzo_workflow!("invalid_url.yml");

fn main() {}
