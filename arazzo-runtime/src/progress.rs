//! Runs as they go on, for people: see [`Progress`].

mod course;

use crate::{Event, Observer};
use course::{Course, Line, Live};
use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{IsTerminal as _, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often what moves is drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// Shows runs as they go on: an [`Observer`] that draws on the terminal.
///
/// ```
/// use arazzo_runtime::{Client, progress::Progress};
/// let client = Client::builder().observer(Progress::new()).build()?;
/// # Ok::<(), arazzo_runtime::Error>(())
/// ```
///
/// Each step that is over is a line, with the status of its last response and its time; a step that the run comes back to is
/// one line, with the number of rounds. Below, a line for each run that goes on shows the workflow, the step, the attempt and
/// how long it still waits. Workflows that a step calls are indented. Several runs at once are numbered.
///
/// ```text
/// fork-sandbox
///   ✔ forkSandbox  200 in 120 ms
/// ⠹ fork-sandbox › pollFork  round 3, 200, waits 1.2 s  (2.9 s)
/// ```
///
/// Everything goes to standard error, so that the output of a program stays its own. Where that is no terminal, such as in
/// a log, the same lines are written without what moves and without colours; `NO_COLOR` leaves out the colours alone. What
/// else the program writes to the terminal while a run goes on should go through [`Progress::println`].
#[derive(Clone)]
pub struct Progress {
    inner: Arc<Inner>,
}

struct Inner {
    output: Output,
    runs: Mutex<Runs>,
}

#[derive(Default)]
struct Runs {
    known: BTreeMap<u64, Shown>,
    /// What moves the lines of all of them, while there are any on a terminal.
    ticker: Option<JoinHandle<()>>,
    /// How many there have been.
    total: usize,
}

/// A run that goes on.
struct Shown {
    /// Counted from 1.
    number: usize,
    course: Course,
    live: Option<(ProgressBar, Arc<Mutex<Live>>)>,
}

enum Output {
    Terminal { lines: MultiProgress, coloured: bool },
    Plain(Mutex<Box<dyn Write + Send>>),
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

impl Progress {
    /// Shows runs on standard error.
    #[must_use]
    pub fn new() -> Self {
        if std::io::stderr().is_terminal() {
            let coloured = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
            Self::with(Output::Terminal { lines: MultiProgress::new(), coloured })
        } else {
            Self::plain(std::io::stderr())
        }
    }

    /// Writes the lines of what is over, and nothing that moves, to a place of your own. What cannot be written is left out.
    #[must_use]
    pub fn plain(place: impl Write + Send + 'static) -> Self {
        Self::with(Output::Plain(Mutex::new(Box::new(place))))
    }

    fn with(output: Output) -> Self {
        Self { inner: Arc::new(Inner { output, runs: Mutex::default() }) }
    }

    /// Writes a line above what moves.
    pub fn println(&self, line: impl AsRef<str>) {
        self.inner.output.print(line.as_ref());
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress").finish_non_exhaustive()
    }
}

impl Observer for Progress {
    /// Without its run there is nothing to show of an event.
    fn event(&self, _: &Event<'_>) {}

    fn event_of_run(&self, run: u64, event: &Event<'_>) {
        let mut runs = lock(&self.inner.runs);
        let runs = &mut *runs;
        if let Event::RunStarted { .. } = event {
            runs.total += 1;
            let live = self.inner.output.live();
            if live.is_some() && runs.ticker.is_none() {
                runs.ticker = ticker(&self.inner);
            }
            runs.known.insert(run, Shown { number: runs.total, course: Course::default(), live });
        }
        let several = runs.known.len() > 1;
        let Some(shown) = runs.known.get_mut(&run) else { return };
        let now = Instant::now();
        shown.course.event(event, now, &mut |line| self.inner.output.line(several.then_some(shown.number), &line));
        if let Some((bar, live)) = &shown.live {
            *lock(live) = shown.course.live(several.then_some(shown.number), now);
            bar.tick();
        }
        if let Event::RunFinished { .. } | Event::RunDropped { .. } = event
            && let Some(Shown { live: Some((bar, _)), .. }) = runs.known.remove(&run)
        {
            bar.finish_and_clear();
        }
    }
}

/// Begins to move the lines of all runs, until there are none. One thread does it, however many they are; without one they
/// move when something happens.
fn ticker(inner: &Arc<Inner>) -> Option<JoinHandle<()>> {
    let inner = Arc::downgrade(inner);
    let tick = move || {
        loop {
            thread::sleep(TICK);
            let Some(inner) = inner.upgrade() else { return };
            let mut runs = lock(&inner.runs);
            if runs.known.is_empty() {
                runs.ticker = None;
                return;
            }
            for (bar, _) in runs.known.values().filter_map(|shown| shown.live.as_ref()) {
                bar.tick();
            }
        }
    };
    thread::Builder::new().name("arazzo-progress".to_owned()).spawn(tick).ok()
}

impl Output {
    /// A line that moves, on a terminal.
    fn live(&self) -> Option<(ProgressBar, Arc<Mutex<Live>>)> {
        let Self::Terminal { lines, .. } = self else { return None };
        let live = Arc::new(Mutex::new(Live::default()));
        let shown = Arc::clone(&live);
        let style =
            ProgressStyle::with_template("{spinner} {run}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        let style = style.with_key("run", move |_: &ProgressState, to: &mut dyn fmt::Write| {
            // A terminal that cannot be written to shows nothing.
            let _ = write!(to, "{}", lock(&shown).at(Instant::now()));
        });
        Some((lines.add(ProgressBar::new_spinner().with_style(style)), live))
    }

    fn line(&self, number: Option<usize>, line: &Line) {
        let coloured = matches!(self, Self::Terminal { coloured: true, .. });
        let number = number.map_or_else(String::new, |number| format!("[{number}] "));
        self.print(&format!("{number}{}", line.text(coloured)));
    }

    fn print(&self, line: &str) {
        // Whoever has closed the place does not want to be told.
        let _ = match self {
            Self::Terminal { lines, .. } => lines.println(line),
            Self::Plain(place) => writeln!(lock(place), "{line}"),
        };
    }
}

/// What a panic elsewhere has left behind is still good enough to be shown.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Action, Outcome};

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            lock(&self.0).write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Paper {
        /// The lines, without their times.
        fn lines(&self) -> Vec<String> {
            let text = String::from_utf8(lock(&self.0).clone()).unwrap();
            let line = |line: &str| line.split(" in ").next().unwrap_or_default().to_owned();
            text.lines().map(line).collect()
        }
    }

    fn request<'a>(workflow: &'a str, step: &'a str, attempt: u32, status: u16) -> [Event<'a>; 2] {
        let (method, url, time) = ("GET", "http://h/x", Duration::ZERO);
        [
            Event::RequestStarted { workflow, step, attempt, method, url },
            Event::ResponseReceived { workflow, step, attempt, method, url, status, time },
        ]
    }

    fn finished<'a>(workflow: &'a str, step: &'a str, outcome: &'a Outcome) -> Event<'a> {
        Event::StepFinished { workflow, step, attempt: 1, outcome, note: None }
    }

    fn tell<'a>(progress: &Progress, run: u64, events: impl IntoIterator<Item = Event<'a>>) {
        events.into_iter().for_each(|event| progress.event_of_run(run, &event));
    }

    fn over(workflow: &str) -> Event<'_> {
        Event::RunFinished { workflow, error: None, kind: None, step: None, time: Duration::ZERO }
    }

    #[test]
    fn a_step_is_a_line_and_so_are_all_rounds_of_one() {
        let paper = Paper::default();
        let progress = Progress::plain(paper.clone());
        tell(&progress, 7, [Event::RunStarted { workflow: "w" }, Event::StepStarted { workflow: "w", step: "make" }]);
        tell(&progress, 7, request("w", "make", 1, 201));
        tell(&progress, 7, [finished("w", "make", &Outcome::Passed)]);
        for _ in 0..3 {
            tell(&progress, 7, [Event::StepStarted { workflow: "w", step: "poll" }]);
            tell(&progress, 7, request("w", "poll", 1, 200));
            tell(&progress, 7, [finished("w", "poll", &Outcome::Passed)]);
            let action = Action::Goto { name: "again", step: "poll" };
            tell(&progress, 7, [Event::ActionTaken { workflow: "w", step: "poll", action: &action }]);
        }
        let unmet = Outcome::Failed { criterion: Some("$statusCode == 200") };
        tell(&progress, 7, [Event::StepStarted { workflow: "w", step: "read" }]);
        tell(&progress, 7, request("w", "read", 1, 404));
        tell(&progress, 7, [finished("w", "read", &unmet), over("w")]);
        let expected =
            ["w", "  ✔ make  201", "  ✔ poll  3 rounds, 200", "  ✘ read  404, `$statusCode == 200` is not met", "✔ w"];
        assert_eq!(paper.lines(), expected);
    }

    #[test]
    fn a_called_workflow_is_indented() {
        let paper = Paper::default();
        let progress = Progress::plain(paper.clone());
        tell(
            &progress,
            1,
            [
                Event::RunStarted { workflow: "w" },
                Event::StepStarted { workflow: "w", step: "look" },
                Event::WorkflowStarted { workflow: "v", caller: "w" },
                Event::StepStarted { workflow: "v", step: "read" },
            ],
        );
        tell(&progress, 1, request("v", "read", 1, 200));
        let ended = Event::WorkflowFinished { workflow: "v", error: None, time: Duration::ZERO };
        tell(&progress, 1, [finished("v", "read", &Outcome::Passed), ended, finished("w", "look", &Outcome::Passed)]);
        let (error, time) = (Some("no\x1b[2J"), Duration::ZERO);
        tell(&progress, 1, [Event::RunFinished { workflow: "w", error, kind: None, step: None, time }]);
        let expected = ["w", "  v", "    ✔ read  200", "  ✔ v", "  ✔ look", "✘ w"];
        let lines = paper.lines();
        assert_eq!(lines, expected);
        let text = String::from_utf8(lock(&paper.0).clone()).unwrap();
        assert!(text.ends_with(": no [2J\n"), "what servers say cannot steer a terminal: {text:?}");
    }

    #[test]
    fn one_thread_moves_the_lines_of_all_runs_and_ends_with_them() {
        let lines = MultiProgress::with_draw_target(indicatif::ProgressDrawTarget::hidden());
        let progress = Progress::with(Output::Terminal { lines, coloured: false });
        let ticker = || lock(&progress.inner.runs).ticker.as_ref().map(|ticker| ticker.thread().id());
        assert_eq!(ticker(), None);
        tell(&progress, 1, [Event::RunStarted { workflow: "w" }]);
        let first = ticker();
        assert!(first.is_some());
        tell(&progress, 2, [Event::RunStarted { workflow: "w" }, over("w")]);
        assert_eq!(ticker(), first);
        tell(&progress, 1, [Event::StepStarted { workflow: "w", step: "a" }, over("w")]);
        let patience = Instant::now() + Duration::from_secs(60);
        while ticker().is_some() {
            assert!(Instant::now() < patience, "it goes on without a run");
            thread::sleep(TICK / 10);
        }
        tell(&progress, 3, [Event::RunStarted { workflow: "w" }]);
        assert!(ticker().is_some_and(|ticker| Some(ticker) != first));
    }

    #[test]
    fn several_runs_are_told_apart_and_a_dropped_one_is_forgotten() {
        let paper = Paper::default();
        let progress = Progress::plain(paper.clone());
        tell(&progress, 3, [Event::RunStarted { workflow: "w" }]);
        tell(&progress, 4, [Event::RunStarted { workflow: "w" }, Event::StepStarted { workflow: "w", step: "a" }]);
        tell(&progress, 3, [over("w")]);
        tell(&progress, 4, [Event::RunDropped { workflow: "w" }]);
        assert_eq!(paper.lines(), ["w", "[2] w", "[1] ✔ w", "  ✘ a  was given up", "✘ w"]);
        assert!(lock(&progress.inner.runs).known.is_empty());
    }
}
