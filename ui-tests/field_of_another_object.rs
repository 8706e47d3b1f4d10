arazzo::arazzo_workflow!("field_of_another_object.yml");

fn main() {}
