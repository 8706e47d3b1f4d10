arazzo::arazzo_workflow!("alias_for_star.yml");

fn main() {}
