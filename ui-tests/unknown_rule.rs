arazzo::arazzo_workflow! { path = "unknown_rule.yml", allow(unused_inputs) }

fn main() {}
