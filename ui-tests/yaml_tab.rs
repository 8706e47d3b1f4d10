arazzo::arazzo_workflow!("yaml_tab.yml");

fn main() {}
