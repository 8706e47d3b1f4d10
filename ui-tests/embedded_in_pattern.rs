arazzo::arazzo_workflow!("embedded_in_pattern.yml");

fn main() {}
