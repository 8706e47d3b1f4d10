arazzo::arazzo_workflow!("wrong_place.yml");

fn main() {}
