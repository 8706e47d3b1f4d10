arazzo::arazzo_workflow!("criterion_type.yml");

fn main() {}
