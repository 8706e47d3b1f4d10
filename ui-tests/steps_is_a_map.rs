arazzo::arazzo_workflow!("steps_is_a_map.yml");

fn main() {}
