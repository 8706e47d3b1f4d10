arazzo::arazzo_workflow!("depends_on_a_step_out_of_reach.yml");

fn main() {}
