arazzo::arazzo_workflow!("querystring_is_an_object.yml");

fn main() {}
