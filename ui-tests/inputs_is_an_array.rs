arazzo::arazzo_workflow!("inputs_is_an_array.yml");

fn main() {}
