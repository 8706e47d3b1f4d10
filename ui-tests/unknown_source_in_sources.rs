arazzo::arazzo_workflow! { path = "unknown_source_in_sources.yml", sources = { "pet" = "api.yml" } }

fn main() {}
