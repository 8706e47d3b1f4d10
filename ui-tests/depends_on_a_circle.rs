arazzo::arazzo_workflow!("depends_on_a_circle.yml");

fn main() {}
