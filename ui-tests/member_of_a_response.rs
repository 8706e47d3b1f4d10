#![deny(warnings)]

arazzo::arazzo_workflow! { path = "member_of_a_response.yml", allow(bare_jsonpath) }

fn main() {}
