arazzo::arazzo_workflow!("jsonpath_without_root.yml");

fn main() {}
