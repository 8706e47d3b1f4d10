arazzo::arazzo_workflow!("parameters_is_a_map.yml");

fn main() {}
