arazzo::arazzo_workflow!("unsupported_depends_on.yml");

fn main() {}
