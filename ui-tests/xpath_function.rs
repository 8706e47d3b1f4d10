arazzo::arazzo_workflow!("xpath_function.yml");

fn main() {}
