#![deny(warnings)]

arazzo::arazzo_workflow! {
    path = "../workflows/runloop-snapshot-and-restore-devbox.yml",
    allow(bare_expression, bare_jsonpath)
}

fn main() {}
