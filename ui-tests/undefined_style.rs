arazzo::arazzo_workflow!("undefined_style.yml");

fn main() {}
