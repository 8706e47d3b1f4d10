const PATH: &str = "adopt.yml";

arazzo::arazzo_workflow!(PATH);

fn main() {}
