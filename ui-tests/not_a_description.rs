arazzo::arazzo_workflow!("not_a_description.yml");

fn main() {}
