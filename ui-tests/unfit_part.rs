arazzo::arazzo_workflow!("unfit_part.yml");

fn main() {}
