arazzo::arazzo_workflow! { path = "denied.yml", deny(unused_input) }

fn main() {}
