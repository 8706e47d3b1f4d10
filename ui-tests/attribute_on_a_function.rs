#[arazzo::workflows("adopt.yml")]
fn main() {}
