arazzo::arazzo_workflow! { path = "allow_error.yml", allow(unknown_input) }

fn main() {}
