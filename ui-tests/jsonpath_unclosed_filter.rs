arazzo::arazzo_workflow!("jsonpath_unclosed_filter.yml");

fn main() {}
