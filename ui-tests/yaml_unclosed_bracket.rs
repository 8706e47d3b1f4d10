arazzo::arazzo_workflow!("yaml_unclosed_bracket.yml");

fn main() {}
