//! What the macro does while a crate compiles: the workflows of this repository, and workflows over a description of 4 MB
//! with 1,000 operations, in CPU time of this process.
//!
//! A procedural macro is built without optimization unless the profile says otherwise, so that is what counts:
//!
//! ```text
//! cargo bench -p arazzo-compiler --bench expansion --profile dev
//! cargo bench -p arazzo-compiler --bench expansion --profile dev \
//!     --config 'profile.dev.package.arazzo-compiler.opt-level=3' \
//!     --config 'profile.dev.package.saphyr-parser.opt-level=3'
//! ```
//!
//! With `cargo test` it is one short round, to see that it works.

#![allow(clippy::print_stdout, reason = "it is how a benchmark tells its result")]

#[path = "expansion/large.rs"]
mod large;

use arazzo_compiler::source::Cache;
use arazzo_compiler::{Options, compile};
use rustix::time::{ClockId, clock_gettime};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The readings that the workflows of this repository need.
const READINGS: [&str; 4] = ["bare_jsonpath", "bare_expression", "object_filter", "dotted_access"];

fn main() {
    let is_measured = std::env::args().any(|given| given == "--bench");
    let (rounds, operations) = if is_measured { (7, 1_000) } else { (1, 20) };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workflows");
    let mut documents: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the workflows of this repository")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yml"))
        .collect();
    documents.sort();
    println!(
        "the least CPU time of {rounds} rounds, in a build with{}",
        if cfg!(debug_assertions) {
            " debug assertions, as macros are built while developing"
        } else {
            "out debug assertions"
        }
    );
    for document in &documents {
        let name = document.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        println!("  {:>8.1} ms  {name}", least(rounds, || compiled(document, None)));
    }
    let all = || {
        let cache = Cache::default();
        documents.iter().for_each(|document| compiled(document, Some(&cache)));
    };
    println!("  {:>8.1} ms  all of them, as the macros of one crate", least(rounds, all));
    for format in [large::Format::Yaml, large::Format::Json] {
        let large = large::write(Path::new(env!("CARGO_TARGET_TMPDIR")), format, operations);
        println!("{} with {operations} operations and {:.1} MB", format.name(), large.bytes as f64 / 1e6);
        let [first, others @ ..] = large.documents.as_slice() else { unreachable!("there are several") };
        println!("  {:>8.1} ms  the first workflow of three steps", least(rounds, || compiled(first, None)));
        let cache = Cache::default();
        compiled(first, Some(&cache));
        let mut next = others.iter().cycle();
        let another = || compiled(next.next().expect("there is always one"), Some(&cache));
        println!("  {:>8.1} ms  another one in the same crate", least(rounds, another));
    }
}

/// Compiles a document as the macro does.
fn compiled(document: &Path, cache: Option<&Cache>) {
    let options = Options { allow: READINGS.map(str::to_owned).to_vec(), cache, ..Options::default() };
    let compilation = compile(document, &options);
    assert!(!compilation.has_errors(), "{:#?}", compilation.diagnostics);
    assert!(!compilation.tokens.is_empty());
}

/// The least CPU time of some rounds, in milliseconds: whatever else the machine does only adds to it.
fn least(rounds: usize, mut round: impl FnMut()) -> f64 {
    let one = |_| {
        let before = cpu_time();
        round();
        (cpu_time() - before).as_secs_f64() * 1e3
    };
    (0..rounds).map(one).fold(f64::INFINITY, f64::min)
}

/// The CPU time of this process so far: that of the user and of the system.
fn cpu_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).expect("a time since the process began")
}
