arazzo::arazzo_workflow!("unsupported_querystring.yml");

fn main() {}
