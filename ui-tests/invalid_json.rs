arazzo::arazzo_workflow!("invalid_json.yml");

fn main() {}
