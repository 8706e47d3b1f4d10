arazzo::arazzo_workflow!("shapeless_form.yml");

fn main() {}
