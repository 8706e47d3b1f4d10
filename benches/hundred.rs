//! What a hundred workflows add to `cargo check`, and to an optimized binary: those of this repository, twenty times, each
//! time with other names for the steps, in a crate of a user, beside one with each of them once and one without any.
//!
//! ```text
//! cargo bench --bench hundred         some minutes; the time of `cargo check` is the CPU time of all of its processes
//! ```
//!
//! It reads that time from `/proc`, which Linux has.

#![allow(clippy::print_stdout, reason = "it is how a benchmark tells its result")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workflows of this repository, and the names of their functions.
const WORKFLOWS: [&str; 5] = [
    "daytona-capture-sandbox-snapshot",
    "daytona-fork-sandbox",
    "daytona-image-to-running-sandbox",
    "daytona-provision-volume-and-sandbox",
    "runloop-snapshot-and-restore-devbox",
];

const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");

/// How often a figure is taken; the least one counts.
const ROUNDS: usize = 3;

/// How many ticks of the clock in `/proc` a second has, on every machine that Linux runs on today.
const TICKS: f64 = 100.0;

fn main() {
    if !std::env::args().any(|given| given == "--bench") {
        println!("it measures under `cargo bench` only: it compiles crates");
        return;
    }
    const COUNTS: [usize; 3] = [0, WORKFLOWS.len(), 100];
    let figures = COUNTS.map(Figures::of);
    // Those that come after the first ones: these bring what all share, such as the HTTP client.
    let added = (COUNTS[2] - COUNTS[1]) as f64;
    let row = |what: &str, unit: &str, of: fn(&Figures) -> f64, each_unit: &str, scale: f64| {
        let [none, few, many] = figures.each_ref().map(of);
        let each = (many - few) / added * scale;
        println!("{what:>28} {none:>8.2} {unit} {few:>8.2} {unit} {many:>8.2} {unit} {each:>8.1} {each_unit}");
    };
    println!("{:>28} {:>10} {:>10} {:>10} {:>11}", "workflows", COUNTS[0], COUNTS[1], COUNTS[2], "each more");
    row("`cargo check` from nothing", "s", |figures| figures.check, "ms", 1e3);
    row("`cargo check` after a change", "s", |figures| figures.again, "ms", 1e3);
    row("optimized binary, stripped", "M", |figures| figures.bytes as f64 / f64::from(1 << 20), "KiB", 1024.0);
}

/// What a crate costs.
struct Figures {
    /// CPU seconds of `cargo check` when all but the crate is there.
    check: f64,
    /// The same when something in the crate has changed.
    again: f64,
    /// The size of the optimized binary.
    bytes: u64,
}

impl Figures {
    /// Those of a crate with so many workflows.
    fn of(workflows: usize) -> Self {
        let name = format!("with-{workflows}-workflows");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        let source = write_crate(&folder, &name, workflows);
        cargo(&folder, &["check"]);
        let least = |prepare: &dyn Fn(usize)| {
            let one = |round| {
                prepare(round);
                let before = children_cpu();
                cargo(&folder, &["check"]);
                children_cpu() - before
            };
            (0..ROUNDS).map(one).fold(f64::INFINITY, f64::min)
        };
        let check = least(&|_| cargo(&folder, &["clean", "--package", &name]));
        let text = std::fs::read_to_string(&source).expect("the crate");
        let again = least(&|round| {
            let changed = format!("{text}\npub const ROUND: usize = {round};\n");
            std::fs::write(&source, changed).expect("a file");
        });
        cargo(&folder, &["build", "--release"]);
        let bytes = std::fs::metadata(target().join("release").join(&name)).expect("a binary").len();
        Self { check, again, bytes }
    }
}

/// The folder in which this program was built: what it has built of the dependencies serves the crates too.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder").to_owned()
}

fn cargo(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).args(["--offline", "--quiet", "--target-dir"]).arg(target()).current_dir(folder);
    let status = command.status().expect("cargo runs");
    assert!(status.success(), "{command:?}");
}

/// The CPU seconds of all processes that this one has waited for.
fn children_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let (_, fields) = stat.rsplit_once(')').expect("the name of the program in parentheses");
    // The third field is the first behind the name; these are the 16th and the 17th.
    let ticks: f64 = fields.split_whitespace().skip(13).take(2).map(|field| field.parse::<f64>().expect("ticks")).sum();
    ticks / TICKS
}

/// Writes the crate, and gives the file with its code.
fn write_crate(folder: &Path, name: &str, workflows: usize) -> PathBuf {
    for part in ["src", "workflows"] {
        std::fs::create_dir_all(folder.join(part)).expect("a folder");
    }
    copy(&Path::new(REPOSITORY).join("openapi"), &folder.join("openapi"));
    std::fs::copy(Path::new(REPOSITORY).join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock file");
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         arazzo = {{ path = '{REPOSITORY}' }}\nserde_json = \"1\"\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\n[profile.release]\nstrip = true\n"
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).expect("a file");
    let (mut modules, mut arms) = (String::new(), String::new());
    for number in 0..workflows {
        let (stem, copy) = (WORKFLOWS[number % WORKFLOWS.len()], number / WORKFLOWS.len());
        let document = Path::new(REPOSITORY).join("workflows").join(format!("{stem}.yml"));
        let text = std::fs::read_to_string(document).expect("a workflow of this repository");
        std::fs::write(folder.join(format!("workflows/{number}.yml")), renamed(&text, copy)).expect("a file");
        let (_, function) = stem.split_once('-').expect("the name of the service before that of the workflow");
        let function = function.replace('-', "_");
        let _ = write!(
            modules,
            "#[arazzo::workflows(\"workflows/{number}.yml\", allow(bare_expression, bare_jsonpath, \
             unqualified_operation, unhandled_value))]\nmod w{number} {{}}\n"
        );
        let _ = writeln!(
            arms,
            "        {number} => {{ let run = w{number}::{function}(&client, serde_json::from_str(&inputs)?).await?; \
             println!(\"{{:?}} {{}}\", run.end, serde_json::to_string(&run.outputs)?); }}"
        );
    }
    let main = format!(
        "#![allow(dead_code)]\n{modules}\n#[tokio::main(flavor = \"current_thread\")]\n\
         async fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    let client = arazzo::Client::new();\n    \
         let mut arguments = std::env::args().skip(1);\n    let number: u32 = arguments.next().unwrap_or_default().parse()?;\n    \
         let inputs = arguments.next().unwrap_or_default();\n    match number {{\n{arms}        \
         _ => println!(\"{{client:?}} {{inputs}}\"),\n    }}\n    Ok(())\n}}\n"
    );
    let source = folder.join("src/main.rs");
    std::fs::write(&source, main).expect("a file");
    source
}

/// The same workflow with other names for its steps, so that no two of them are the same code.
fn renamed(text: &str, copy: usize) -> String {
    let steps = text.lines().filter_map(|line| line.trim().strip_prefix("- stepId: "));
    let mut renamed = text.to_owned();
    for step in steps {
        renamed = renamed
            .replace(&format!("stepId: {step}\n"), &format!("stepId: {step}{copy}\n"))
            .replace(&format!("$steps.{step}."), &format!("$steps.{step}{copy}."));
    }
    renamed
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a file");
    }
}
