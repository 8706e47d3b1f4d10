arazzo::arazzo_workflow!("self_of_another_folder.yml");

fn main() {}
