arazzo::arazzo_workflow!(workflows/adopt.yml);

fn main() {}
