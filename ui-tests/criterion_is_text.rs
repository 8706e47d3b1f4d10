arazzo::arazzo_workflow!("criterion_is_text.yml");

fn main() {}
