arazzo::arazzo_workflow!("condition_unclosed_string.yml");

fn main() {}
