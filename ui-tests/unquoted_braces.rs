arazzo::arazzo_workflow!("unquoted_braces.yml");

fn main() {}
