arazzo::arazzo_workflow!("expression_of_a_response.yml");

fn main() {}
