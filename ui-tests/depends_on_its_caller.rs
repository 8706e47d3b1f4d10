arazzo::arazzo_workflow!("depends_on_its_caller.yml");

fn main() {}
