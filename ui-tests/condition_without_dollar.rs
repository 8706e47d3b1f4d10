arazzo::arazzo_workflow!("condition_without_dollar.yml");

fn main() {}
