arazzo::arazzo_workflow!("jsonpath_draft.yml");

fn main() {}
