arazzo::arazzo_workflow!("expression_trailing_text.yml");

fn main() {}
