//! Drawings as the text of a Mermaid flowchart.

use super::{Decision, Drawing, Step, Target, shortened};
use std::fmt::Write;

/// How many characters of a condition stand beside an arrow.
const LABEL: usize = 60;

pub(super) fn mermaid(drawing: &Drawing) -> String {
    let mut text = String::from("flowchart TD\n");
    for (place, step) in drawing.steps.iter().enumerate() {
        let call = if step.call.is_empty() { String::new() } else { format!("<br/>{}", escaped(&step.call)) };
        let _ = writeln!(text, "    {}[\"<b>{}</b>{call}\"]", name(place), escaped(&step.id));
    }
    let mut ends: Vec<String> = Vec::new();
    for (place, step) in drawing.steps.iter().enumerate() {
        for decision in &step.actions {
            edge(&mut text, place, decision, &mut ends);
        }
        falls_through(&mut text, drawing, place, step);
    }
    text
}

fn name(place: usize) -> String {
    format!("step{}", place + 1)
}

fn falls_through(text: &mut String, drawing: &Drawing, place: usize, step: &Step) {
    if !step.falls_through {
        return;
    }
    let to = if place + 1 < drawing.steps.len() { name(place + 1) } else { "completed([Completed])".to_owned() };
    let label = if step.actions.iter().any(|action| action.on_success) { "|otherwise|" } else { "" };
    let _ = writeln!(text, "    {} -->{label} {to}", name(place));
}

fn edge(text: &mut String, place: usize, decision: &Decision, ends: &mut Vec<String>) {
    let mut label = decision.name.clone();
    if !decision.condition.is_empty() {
        label = format!("{label}: {}", decision.condition);
    }
    let mut to = match &decision.to {
        Target::Step(step) => name(*step),
        Target::Retry(words) => {
            label = format!("{label} ({words})");
            name(place)
        }
        Target::End => end(&decision.name, ends, "([", "])"),
        Target::Workflow(workflow) => end(workflow, ends, "[[", "]]"),
    };
    if to.is_empty() {
        to = name(place);
    }
    // What follows a failure is dotted.
    let arrow = if decision.on_success { "-->" } else { "-.->" };
    let _ = writeln!(text, "    {} {arrow}|\"{}\"| {to}", name(place), escaped(&shortened(&label, LABEL)));
}

/// A node for an end, which ends of the same name share.
fn end(name: &str, ends: &mut Vec<String>, open: &str, close: &str) -> String {
    let key = format!("{open}{name}");
    let place = ends.iter().position(|known| *known == key).unwrap_or_else(|| {
        ends.push(key);
        ends.len() - 1
    });
    format!("end{}{open}\"{}\"{close}", place + 1, escaped(name))
}

/// Text inside of quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;").replace('#', "&#35;")
}
