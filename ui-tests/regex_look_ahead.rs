arazzo::arazzo_workflow!("regex_look_ahead.yml");

fn main() {}
