arazzo::arazzo_workflow!("unsupported_form.yml");

fn main() {}
