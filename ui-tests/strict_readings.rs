arazzo::arazzo_workflow! { path = "strict_readings.yml", strict }

fn main() {}
