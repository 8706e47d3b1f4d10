arazzo::arazzo_workflow! { strict }

fn main() {}
