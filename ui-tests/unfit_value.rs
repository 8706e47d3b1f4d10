arazzo::arazzo_workflow!("unfit_value.yml");

fn main() {}
