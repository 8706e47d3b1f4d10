arazzo::arazzo_workflow!("root_is_a_list.yml");

fn main() {}
