//! Every fault at every request of every workflow of the project: always a clear error or the correct result; never a
//! hang, a panic or a lost output. `docs/faults.md` shows the matrix.

mod fault;
mod server;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arazzo::{Client, ClientBuilder, Error, Limits, Outcome, Pacing, Redirects};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::faults::{CASES, Case};
use crate::support::{assert_hides_token, own_http_client};

use fault::{ALL, Class, Fault};
use server::Server;

/// How long a slow server is waited for. Long enough that those that are not slow come in time on a busy machine.
const STEP_TIME: Duration = Duration::from_millis(1_500);

/// No run takes as long as this.
const HANG: Duration = Duration::from_secs(60);

/// How many runs go on at the same time, beside those that wait.
const AT_ONCE: usize = 48;

/// What comes of a workflow without a fault.
struct Course {
    outputs: Value,
    methods: Vec<String>,
    /// The outputs that there are after so many requests.
    reached: Vec<Map<String, Value>>,
}

#[derive(Clone, Copy)]
struct Cell {
    case: usize,
    nth: usize,
    fault: usize,
}

/// What sends the requests.
#[derive(Clone)]
enum Sender {
    /// What a client has by itself.
    Default,
    /// A client of the user's own.
    Own(reqwest::Client),
}

fn settings(server: &Server, sender: &Sender) -> ClientBuilder {
    let settings = Client::builder().server(server.url()).pacing(Pacing::none()).redirects(Redirects::same_origin(3));
    match sender {
        Sender::Default => settings,
        Sender::Own(client) => settings.http_client(client.clone()),
    }
}

/// Runs a workflow as it should be, and once more for each of its requests, up to that.
async fn course(case: &Case) -> Course {
    let server = Server::start(case.api(), None).await.unwrap();
    let (outputs, _) = (case.run)(&settings(&server, &Sender::Default).build().unwrap()).await.unwrap();
    let mut reached = Vec::new();
    for steps in 0..case.steps.len() as u64 {
        let server = Server::start(case.api(), None).await.unwrap();
        let client = settings(&server, &Sender::Default).limits(Limits::default().steps(steps)).build().unwrap();
        reached.push((case.run)(&client).await.expect_err("a limit").outputs().clone());
    }
    Course { outputs, methods: server.methods(), reached }
}

/// Runs a workflow of which one request meets a fault, and checks what came of it.
async fn run(cell: Cell, course: &Course, sender: &Sender) -> Class {
    let (case, (name, fault), nth) = (&CASES[cell.case], ALL[cell.fault], cell.nth);
    let place = format!("{}: request {nth}, of {}, with {name}", case.workflow, case.steps[nth - 1]);
    let server = Server::start(case.api(), Some((nth, fault))).await.unwrap();
    let mut settings = settings(&server, sender);
    if fault.is_slow() {
        settings = settings.limits(Limits::default().step_time(STEP_TIME));
    }
    let client = settings.build().unwrap();
    let result = tokio::time::timeout(HANG, (case.run)(&client)).await.unwrap_or_else(|_| panic!("{place}: it hangs"));
    let expected = fault.expected(&course.methods[nth - 1]);
    let class = match &result {
        Ok((outputs, _)) if *outputs == course.outputs => Class::Correct,
        Ok((outputs, _)) => {
            assert!(expected.is_none(), "{place}: {outputs}");
            Class::Otherwise
        }
        Err(error) => {
            check(error, cell, course, &place);
            if let Some((_, says)) = expected {
                assert!(error.to_string().contains(says), "{place}: {error}\n does not say\n{says}");
            }
            Class::Error(error.kind())
        }
    };
    if let Some((expected, _)) = expected {
        assert_eq!(class, expected, "{place}: {:?}", result.map(|(outputs, _)| outputs));
    }
    class
}

/// Checks that an error says where it happened and has lost nothing of what there was before.
fn check(error: &Error, Cell { case, nth, fault }: Cell, course: &Course, place: &str) {
    let case = &CASES[case];
    assert_eq!(error.workflow(), Some(case.workflow), "{place}");
    assert_hides_token(error);
    assert_hides_token(&error.to_string());
    assert_hides_token(&error.report().to_string());
    let steps: Vec<_> = error.report().requests().map(|record| record.step).collect();
    assert_eq!(steps[..nth], case.steps[..nth], "{place}: the report has all requests up to the fault");
    if ALL[fault].1 == Fault::WrongType {
        // The run has gone on with what it was given.
        return;
    }
    assert_eq!(error.step(), Some(case.steps[nth - 1]), "{place}");
    let last = error.report().requests().last().unwrap();
    assert!(last.outcome != Outcome::Passed, "{place}: {last}");
    // What the step itself has given before, in an earlier round, gives way to what this one gives, which is nothing.
    let step = case.steps[nth - 1];
    let first = case.steps.iter().position(|other| *other == step).unwrap();
    let after = course.reached.get(first + 1).into_iter().flat_map(Map::keys);
    let own: BTreeSet<&String> = after.filter(|name| !course.reached[first].contains_key(*name)).collect();
    for (name, value) in &course.reached[nth - 1] {
        if !own.contains(name) {
            assert_eq!(error.outputs().get(name), Some(value), "{place}: the output `{name}` is lost");
        }
    }
    assert!(error.outputs().keys().all(|name| course.reached[nth - 1].contains_key(name)), "{place}");
}

/// One row for each fault; a letter for each request.
fn table(classes: &[(Cell, Class)]) -> String {
    let mut table = String::from("| fault |");
    CASES.iter().for_each(|case| write!(table, " {} |", case.workflow).unwrap());
    table.push_str("\n|---|");
    CASES.iter().for_each(|_| table.push_str("---|"));
    for (row, (name, _)) in ALL.iter().enumerate() {
        write!(table, "\n| {name} |").unwrap();
        for column in 0..CASES.len() {
            let letters = classes.iter().filter(|(cell, _)| (cell.case, cell.fault) == (column, row));
            let mut letters: Vec<_> = letters.map(|(cell, class)| (cell.nth, class.letter())).collect();
            letters.sort_unstable();
            let letters: String = letters.into_iter().map(|(_, letter)| letter).collect();
            write!(table, " `{letters}` |").unwrap();
        }
    }
    table.push('\n');
    table
}

/// Runs every fault at every request of so many of the workflows.
async fn classes(cases: usize, sender: &Sender) -> Vec<(Cell, Class)> {
    let mut courses = Vec::new();
    for case in &CASES[..cases] {
        let course = course(case).await;
        assert_eq!(course.methods.len(), case.steps.len(), "{}", case.workflow);
        courses.push(course);
    }
    let courses = Arc::new(courses);
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut runs = JoinSet::new();
    for (number, case) in CASES[..cases].iter().enumerate() {
        for (fault, nth) in (0..ALL.len()).flat_map(|fault| (1..=case.steps.len()).map(move |nth| (fault, nth))) {
            let (courses, permits, sender) = (Arc::clone(&courses), Arc::clone(&permits), sender.clone());
            runs.spawn(async move {
                let cell = Cell { case: number, nth, fault };
                let _permit = match ALL[fault].1.is_slow() {
                    true => None,
                    false => Some(permits.acquire_owned().await.unwrap()),
                };
                (cell, run(cell, &courses[number], &sender).await)
            });
        }
    }
    // A panic of a run, also one of the library, comes out here.
    runs.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::print_stdout, reason = "the matrix is there to be looked at, with `--nocapture`")]
async fn every_fault_at_every_request_is_a_clear_error_or_a_correct_result() {
    let began = Instant::now();
    let classes = classes(CASES.len(), &Sender::Default).await;
    let table = table(&classes);
    println!("{table}\n{} runs in {:.1?}", classes.len(), began.elapsed());
    compare(&table);
}

/// Whatever sends the requests, what comes of them is the same: `run` has the expectations.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_of_your_own_meets_the_same() {
    classes(1, &Sender::Own(own_http_client())).await;
}

/// Compares the table with that of the documentation, or writes it there.
fn compare(table: &str) {
    const BEGIN: &str = "<!-- matrix -->\n";
    const END: &str = "<!-- end of the matrix -->";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/faults.md");
    let text = std::fs::read_to_string(path).expect("the documentation");
    let begin = text.find(BEGIN).expect("a place for the matrix") + BEGIN.len();
    let end = text.find(END).expect("the end of the matrix");
    if std::env::var_os("FAULTS_OVERWRITE").is_some() {
        std::fs::write(path, format!("{}{table}{}", &text[..begin], &text[end..])).expect("the documentation");
    } else {
        assert_eq!(&text[begin..end], table, "docs/faults.md is of another matrix: see there how to write it anew");
    }
}
