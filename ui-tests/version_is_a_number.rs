arazzo::arazzo_workflow!("version_is_a_number.yml");

fn main() {}
