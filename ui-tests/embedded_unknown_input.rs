arazzo::arazzo_workflow!("embedded_unknown_input.yml");

fn main() {}
