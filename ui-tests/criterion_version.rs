arazzo::arazzo_workflow!("criterion_version.yml");

fn main() {}
