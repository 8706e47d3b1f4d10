arazzo::arazzo_workflow!("goto_nowhere.yml");

fn main() {}
