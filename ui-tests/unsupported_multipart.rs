arazzo::arazzo_workflow!("unsupported_multipart.yml");

fn main() {}
