arazzo::arazzo_workflow!("yaml_colon_in_text.yml");

fn main() {}
