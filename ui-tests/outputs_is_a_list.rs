arazzo::arazzo_workflow!("outputs_is_a_list.yml");

fn main() {}
