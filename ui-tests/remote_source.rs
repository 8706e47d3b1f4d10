arazzo::arazzo_workflow!("remote_source.yml");

fn main() {}
