arazzo::arazzo_workflow!("unsupported_xpath.yml");

fn main() {}
