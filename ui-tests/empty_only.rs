arazzo::arazzo_workflow! { path = "empty_only.yml", only = [] }

fn main() {}
