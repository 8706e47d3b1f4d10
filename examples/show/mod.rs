//! What the examples share besides the embedded APIs: where they run, and what they print.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what an example does")]

mod service;

pub(crate) use service::{Service, unique, variable};

use std::error::Error;
use std::fmt::Debug;
use std::process::ExitCode;
use std::time::Duration;

use arazzo::{Report, Value};

use crate::embedded::Handler;

/// Runs an example as its command line asks: the workflows of `tour`, or `serve [port]`.
pub(crate) async fn example<H: Handler>(
    name: &str,
    api: impl FnOnce(&str) -> H,
    tour: impl AsyncFnOnce(&Service) -> Result<(), Box<dyn Error>>,
) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => match Service::find(name, api) {
            Ok(service) => {
                println!("{name} at {service}");
                let result = tour(&service).await;
                println!();
                result
            }
            Err(problem) => Err(problem),
        },
        ["serve"] => service::serve(name, api, "0"),
        ["serve", port] => service::serve(name, api, port),
        _ => Err(format!("the arguments are none, or `serve [port]`, not `{}`", arguments.join(" ")).into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            failed(&*error);
            ExitCode::FAILURE
        }
    }
}

/// Announces a workflow.
pub(crate) fn heading(text: &str) {
    println!("\n{text}");
}

/// Says how a workflow ended, and shows its outputs by the names that they have in the document.
pub(crate) fn ended(end: &impl Debug, outputs: &Value, report: &Report) {
    println!("\n  {:<16} {end:?}, after {} requests in {}", "end", report.total(), short(report.time()));
    for (name, value) in outputs.as_object().into_iter().flatten() {
        // Without the quotation marks of JSON, if it is a text.
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        println!("  {name:<16} {value}");
    }
}

/// Says why a workflow came to no end that its document declares, and what happened before.
pub(crate) fn failed(error: &(dyn Error + 'static)) {
    eprintln!("\nerror: {error}");
    let Some(error) = error.downcast_ref::<arazzo::Error>() else { return };
    if error.report().total() > 0 {
        eprintln!("\n{}", error.report());
    }
    if !error.outputs().is_empty() {
        eprintln!("\noutputs that were reached: {}", Value::from(error.outputs().clone()));
    }
}

/// `80 ms`, or `1.8 s`.
fn short(time: Duration) -> String {
    match time.as_millis() {
        milliseconds @ 0..1_000 => format!("{milliseconds} ms"),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}
