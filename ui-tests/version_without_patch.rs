arazzo::arazzo_workflow!("version_without_patch.yml");

fn main() {}
