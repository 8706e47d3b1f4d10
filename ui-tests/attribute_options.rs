#[arazzo::workflows("adopt.yml", only = ["adpot"])]
mod pets {
    pub const OWN: u8 = 1;
}

fn main() {
    let _ = pets::OWN;
}
