arazzo::arazzo_workflow! { path = "strict.yml", strict }

fn main() {}
