#![deny(warnings)]

arazzo::arazzo_workflow! {
    path = "../workflows/daytona-image-to-running-sandbox.yml",
    allow(bare_expression, bare_jsonpath, unqualified_operation)
}

fn main() {}
