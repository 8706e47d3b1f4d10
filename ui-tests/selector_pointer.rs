arazzo::arazzo_workflow!("selector_pointer.yml");

fn main() {}
