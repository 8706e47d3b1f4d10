arazzo::arazzo_workflow! { path = "option_twice.yml", strict, strict }

fn main() {}
