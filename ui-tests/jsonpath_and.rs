arazzo::arazzo_workflow!("jsonpath_and.yml");

fn main() {}
