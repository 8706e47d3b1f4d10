arazzo::arazzo_workflow!("invalid_choice.yml");

fn main() {}
