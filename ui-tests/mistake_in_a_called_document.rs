arazzo::arazzo_workflow!("mistake_in_a_called_document.yml");

fn main() {}
