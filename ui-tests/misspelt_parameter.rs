arazzo::arazzo_workflow!("misspelt_parameter.yml");

fn main() {}
