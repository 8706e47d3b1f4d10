arazzo::arazzo_workflow!("letter_case.yml");

fn main() {}
