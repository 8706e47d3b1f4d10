arazzo::arazzo_workflow!("negative_retry.yml");

fn main() {}
