arazzo::arazzo_workflow! { path = "unknown_option.yml", source = { "pets" = "api.yml" } }

fn main() {}
