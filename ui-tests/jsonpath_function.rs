arazzo::arazzo_workflow!("jsonpath_function.yml");

fn main() {}
