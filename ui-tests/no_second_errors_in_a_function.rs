fn main() {
    arazzo::arazzo_workflow!("no_second_errors.yml");
    let client = arazzo::Client::new();
    let _ = adopt(&client, adopt::Inputs::new());
}
