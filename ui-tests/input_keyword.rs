arazzo::arazzo_workflow!("input_keyword.yml");

fn main() {}
