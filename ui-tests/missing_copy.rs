arazzo::arazzo_workflow! { path = "missing_copy.yml", sources = { "pets" = "copies/api.yml" } }

fn main() {}
