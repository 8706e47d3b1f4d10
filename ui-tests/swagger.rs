arazzo::arazzo_workflow!("swagger.yml");

fn main() {}
