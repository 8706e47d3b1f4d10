arazzo::arazzo_workflow!("jsonpath_single_equals.yml");

fn main() {}
