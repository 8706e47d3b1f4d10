//! Where a run is, and what there is to say of what lies behind it.

use crate::Event;
use crate::report::Outcome;
use std::fmt;
use std::time::{Duration, Instant};

/// Where a run is.
#[derive(Default)]
pub(super) struct Course {
    /// The workflows that run, each called by the one before.
    open: Vec<Open>,
}

struct Open {
    workflow: String,
    began: Instant,
    stay: Option<Stay>,
}

/// A stay in a step, coming back to it included.
struct Stay {
    step: String,
    began: Instant,
    rounds: u32,
    attempt: u32,
    status: Option<u16>,
    /// What was not as it should be, the last time.
    failure: Option<String>,
    /// Until when the run waits.
    until: Option<Instant>,
}

/// A line of what lies behind.
pub(super) struct Line {
    depth: usize,
    passed: Option<bool>,
    text: String,
}

/// The line of what goes on.
#[derive(Default)]
pub(super) struct Live {
    text: String,
    until: Option<Instant>,
    began: Option<Instant>,
}

impl Course {
    /// Takes an event in, and says what is over by it.
    pub(super) fn event(&mut self, event: &Event<'_>, now: Instant, say: &mut dyn FnMut(Line)) {
        match *event {
            Event::RunStarted { workflow } | Event::WorkflowStarted { workflow, .. } => self.begin(workflow, now, say),
            Event::RunResumed { step, .. } => {
                let place = step.map_or_else(|| "its end".to_owned(), |step| format!("`{step}`"));
                say(Line { depth: self.open.len(), passed: None, text: format!("goes on at {place}") });
            }
            Event::StepStarted { step, .. } => {
                if let Some(stay) = self.stay_in(step, now, say) {
                    (stay.rounds, stay.attempt) = (stay.rounds + 1, 1);
                }
            }
            Event::RequestStarted { step, attempt, .. } => {
                if let Some(stay) = self.stay_in(step, now, say) {
                    (stay.rounds, stay.attempt, stay.until) = (stay.rounds.max(1), attempt, None);
                }
            }
            Event::ResponseReceived { status, .. } => {
                if let Some(stay) = self.stay() {
                    (stay.status, stay.failure) = (Some(status), None);
                }
            }
            Event::RequestFailed { .. } => {
                if let Some(stay) = self.stay() {
                    stay.status = None;
                }
            }
            Event::StepFinished { outcome, .. } => {
                if let Some(stay) = self.stay() {
                    stay.failure = failure(outcome);
                }
            }
            Event::Waiting { pause, .. } => {
                if let Some(stay) = self.stay() {
                    stay.until = now.checked_add(pause);
                }
            }
            Event::WorkflowFinished { error, .. } | Event::RunFinished { error, .. } => {
                self.end_stay(None, now, say);
                self.end(error, now, say);
            }
            Event::RunDropped { .. } => {
                while !self.open.is_empty() {
                    self.end_stay(Some("was given up"), now, say);
                    self.end(Some("it was given up"), now, say);
                }
            }
            _ => {}
        }
    }

    /// The line of what goes on.
    pub(super) fn live(&self, number: Option<usize>, now: Instant) -> Live {
        let mut text = number.map_or_else(String::new, |number| format!("[{number}] "));
        for (place, open) in self.open.iter().enumerate() {
            if place > 0 {
                text.push_str(" › ");
            }
            text.push_str(&open.workflow);
            if let Some(stay) = &open.stay {
                text.push_str(" › ");
                text.push_str(&stay.step);
            }
        }
        let stay = self.open.last().and_then(|open| open.stay.as_ref());
        if let Some(stay) = stay {
            let mut parts = Vec::new();
            if stay.rounds > 1 {
                parts.push(format!("round {}", stay.rounds));
            }
            if stay.attempt > 1 {
                parts.push(format!("attempt {}", stay.attempt));
            }
            parts.extend(stay.status.map(|status| status.to_string()));
            text.push_str("  ");
            text.push_str(&parts.join(", "));
        }
        let until = stay.and_then(|stay| stay.until).filter(|until| *until > now);
        Live { text: without_control(&text), until, began: self.open.first().map(|open| open.began) }
    }

    fn begin(&mut self, workflow: &str, now: Instant, say: &mut dyn FnMut(Line)) {
        say(Line { depth: self.open.len(), passed: None, text: workflow.to_owned() });
        self.open.push(Open { workflow: workflow.to_owned(), began: now, stay: None });
    }

    fn stay(&mut self) -> Option<&mut Stay> {
        self.open.last_mut()?.stay.as_mut()
    }

    /// The stay in a step; that in another one is over by it.
    fn stay_in(&mut self, step: &str, now: Instant, say: &mut dyn FnMut(Line)) -> Option<&mut Stay> {
        let is_here = self.stay().is_some_and(|stay| stay.step == step);
        if !is_here {
            self.end_stay(None, now, say);
        }
        let new = || Stay {
            step: step.to_owned(),
            began: now,
            rounds: 0,
            attempt: 0,
            status: None,
            failure: None,
            until: None,
        };
        self.open.last_mut().map(|open| open.stay.get_or_insert_with(new))
    }

    fn end_stay(&mut self, why: Option<&str>, now: Instant, say: &mut dyn FnMut(Line)) {
        let depth = self.open.len();
        let Some(stay) = self.open.last_mut().and_then(|open| open.stay.take()) else { return };
        let failure = why.map(str::to_owned).or(stay.failure);
        let mut parts = Vec::new();
        if stay.rounds > 1 {
            parts.push(format!("{} rounds", stay.rounds));
        }
        if stay.attempt > 1 {
            parts.push(format!("{} attempts", stay.attempt));
        }
        parts.extend(stay.status.map(|status| status.to_string()));
        parts.extend(failure.clone());
        let time = now.saturating_duration_since(stay.began);
        let gap = if parts.is_empty() { "" } else { "  " };
        let text = format!("{}{gap}{} in {}", stay.step, parts.join(", "), Time(time));
        say(Line { depth, passed: Some(failure.is_none()), text });
    }

    fn end(&mut self, error: Option<&str>, now: Instant, say: &mut dyn FnMut(Line)) {
        let Some(Open { workflow, began, .. }) = self.open.pop() else { return };
        let time = Time(now.saturating_duration_since(began));
        let error = error.map_or_else(String::new, |error| format!(": {error}"));
        say(Line {
            depth: self.open.len(),
            passed: Some(error.is_empty()),
            text: format!("{workflow} in {time}{error}"),
        });
    }
}

fn failure(outcome: &Outcome) -> Option<String> {
    let text = outcome.to_string();
    let text = text.trim_start_matches([',', ' ']);
    (!text.is_empty()).then(|| text.to_owned())
}

impl Line {
    /// The line, indented.
    pub(super) fn text(&self, coloured: bool) -> String {
        let indent = "  ".repeat(self.depth);
        let mark = match (self.passed, coloured) {
            (None, _) => "",
            (Some(true), false) => "✔ ",
            (Some(false), false) => "✘ ",
            (Some(true), true) => "\x1b[32m✔\x1b[0m ",
            (Some(false), true) => "\x1b[31m✘\x1b[0m ",
        };
        format!("{indent}{mark}{}", without_control(&self.text))
    }
}

impl Live {
    /// What there is to say at a moment.
    pub(super) fn at(&self, now: Instant) -> String {
        let waits = self.until.map(|until| until.saturating_duration_since(now)).filter(|waits| !waits.is_zero());
        let waits = waits.map_or_else(String::new, |waits| format!(", waits {}", Time(waits)));
        let time = self.began.map(|began| now.saturating_duration_since(began)).unwrap_or_default();
        format!("{}{waits}  ({})", self.text, Time(time))
    }
}

/// What a server or a document says cannot steer a terminal.
fn without_control(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// `80 ms`, `1.8 s`, `2 min 5 s`.
struct Time(Duration);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_millis() {
            milliseconds @ 0..1_000 => write!(f, "{milliseconds} ms"),
            1_000..60_000 => write!(f, "{:.1} s", self.0.as_secs_f64()),
            _ => write!(f, "{} min {} s", self.0.as_secs() / 60, self.0.as_secs() % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_what_goes_on_counts_down() {
        let now = Instant::now();
        let mut course = Course::default();
        let mut tell = |event: Event<'_>| course.event(&event, now, &mut |_| {});
        let (workflow, step) = ("w", "poll");
        tell(Event::RunStarted { workflow });
        tell(Event::StepStarted { workflow, step });
        tell(Event::StepStarted { workflow, step });
        let (method, url, time) = ("GET", "http://h", Duration::ZERO);
        tell(Event::RequestStarted { workflow, step, attempt: 2, method, url });
        tell(Event::ResponseReceived { workflow, step, attempt: 2, method, url, status: 503, time });
        tell(Event::Waiting { workflow, step, pause: Duration::from_secs(90) });
        let live = course.live(Some(2), now);
        assert_eq!(live.at(now), "[2] w › poll  round 2, attempt 2, 503, waits 1 min 30 s  (0 ms)");
        let later = now + Duration::from_millis(88_500);
        assert_eq!(live.at(later), "[2] w › poll  round 2, attempt 2, 503, waits 1.5 s  (1 min 28 s)");
        assert_eq!(live.at(now + Duration::from_secs(90)), "[2] w › poll  round 2, attempt 2, 503  (1 min 30 s)");
    }
}
