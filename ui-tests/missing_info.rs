arazzo::arazzo_workflow!("missing_info.yml");

fn main() {}
