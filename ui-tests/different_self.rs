#![deny(warnings)]

arazzo::arazzo_workflow! {
    path = "different_self.yml",
    sources = { "register" = "different_self_register.yml" },
}

fn main() {}
