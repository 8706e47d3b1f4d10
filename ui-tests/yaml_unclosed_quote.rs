arazzo::arazzo_workflow!("yaml_unclosed_quote.yml");

fn main() {}
