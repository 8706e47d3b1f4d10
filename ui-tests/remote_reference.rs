arazzo::arazzo_workflow!("remote_reference.yml");

fn main() {}
