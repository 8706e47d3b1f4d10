arazzo::arazzo_workflow!("self_fragment.yml");

fn main() {}
