arazzo::arazzo_workflow!("api.yml");

fn main() {}
