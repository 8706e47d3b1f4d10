arazzo::arazzo_workflow!("unfit_input.yml");

fn main() {}
