arazzo::arazzo_workflow! { path = "unknown_rule_far.yml", deny(everything) }

fn main() {}
