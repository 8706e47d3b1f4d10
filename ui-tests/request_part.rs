arazzo::arazzo_workflow!("request_part.yml");

fn main() {}
