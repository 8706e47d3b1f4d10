arazzo::arazzo_workflow!("regex.yml");

fn main() {}
