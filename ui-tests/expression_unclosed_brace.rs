arazzo::arazzo_workflow!("expression_unclosed_brace.yml");

fn main() {}
