//! What comes next in a workflow: the steps it enters, the actions it takes, the pauses between them.

use crate::Event;
use crate::checkpoint::Standing;
use crate::durable::State;
use crate::error::Error;
use crate::execution::Execution;
use crate::operation::Step;
use crate::report::{Action, Latest};
use crate::resend::Sent;
use std::time::Duration;
use tokio::time::Instant;

/// How a workflow has come to the step where it stands.
#[derive(Debug, Default)]
pub(crate) struct Course {
    loops: Vec<Loop>,
    /// How often each `retry` action was used since its step was entered, by its place in the list.
    retries: Vec<(usize, u64)>,
    /// Whether the step that comes next is the same once more, by a `retry`.
    again: bool,
}

/// A jump back that was taken, and how often since the run last was outside of it.
#[derive(Debug)]
struct Loop {
    from: usize,
    to: usize,
    rounds: u32,
}

impl Course {
    /// Adds it to what is kept of a workflow; `attempts` are those of the step where it stands.
    pub(crate) fn keep(&self, standing: &mut Standing, attempts: u32) {
        standing.loops = self.loops.iter().map(|round| (round.from, round.to, round.rounds)).collect();
        if self.again {
            standing.attempts = attempts;
            standing.retries.clone_from(&self.retries);
        }
    }

    /// Takes it over from what was kept.
    pub(crate) fn restore(&mut self, standing: &Standing) {
        self.loops = standing.loops.iter().map(|&(from, to, rounds)| Loop { from, to, rounds }).collect();
        self.retries.clone_from(&standing.retries);
        self.again = standing.attempts > 0;
    }
}

impl Execution<'_> {
    /// Makes a checkpoint, if one is asked for. Then waits, if the action before asks for it, and enters the step that stands at this place in
    /// [`Workflow::steps`](crate::operation::Workflow::steps).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) and [`ErrorKind::Checkpoint`](crate::ErrorKind::Checkpoint)
    pub async fn enter(&mut self, place: usize, steps: &mut dyn State) -> Result<(), Error> {
        if self.enters_again() {
            return Ok(());
        }
        if !self.frame.course.again && !self.frame.kept.is_restored {
            self.frame.sent = Sent::default();
        }
        // A checkpoint has no place for what a redirect has led to: without that the request before it would be sent again.
        if self.durable.is_some() && self.frame.sent.there.is_none() {
            self.keep(place, steps)?;
        }
        self.pause().await?;
        if std::mem::take(&mut self.frame.course.again) {
            return Ok(());
        }
        let step = self.frame.workflow.steps[place];
        self.frame.step = Some(step);
        self.frame.attempt = 0;
        self.frame.course.retries.clear();
        self.frame.course.loops.retain(|round| (round.to..=round.from).contains(&step.index));
        self.watch.observe(&Event::StepStarted { workflow: self.frame.workflow.id, step: step.id });
        Ok(())
    }

    /// Waits, if the action before asks for it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit)
    pub async fn pause(&mut self) -> Result<(), Error> {
        match self.pause.take() {
            Some(pause) => self.wait(pause).await,
            None => Ok(()),
        }
    }

    pub(crate) async fn wait(&mut self, pause: Duration) -> Result<(), Error> {
        if pause.is_zero() {
            // A loop that never waits must still let others run, and let the run be cancelled.
            tokio::task::yield_now().await;
        } else {
            let step = self.frame.step_id().unwrap_or_default();
            self.watch.observe(&Event::Waiting { workflow: self.frame.workflow.id, step, pause });
            let until = Instant::now().checked_add(pause);
            match (until, self.deadline) {
                (Some(until), Some(deadline)) => tokio::time::sleep_until(until.min(deadline)).await,
                (None, Some(deadline)) => tokio::time::sleep_until(deadline).await,
                (_, None) => tokio::time::sleep(pause).await,
            }
        }
        if self.out_of_time() { Err(self.out_of_time_error()) } else { Ok(()) }
    }

    /// Goes on with the next step: no action is declared, or none matched.
    pub fn next(&mut self, declared: bool) {
        self.act(if declared { Action::NoneMatched } else { Action::Next });
    }

    /// The workflow is at its end, by this exit.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Checkpoint`](crate::ErrorKind::Checkpoint)
    pub fn ended(&mut self, exit: usize, steps: &mut dyn State) -> Result<(), Error> {
        self.keep_end(exit, steps)
    }

    /// Ends the run by an action.
    pub fn end(&mut self, action: &'static str, succeeded: bool) {
        self.frame.after_failure = !succeeded;
        self.act(Action::End(action));
    }

    /// Goes to a later step.
    pub fn goto(&mut self, action: &'static str, to: &'static Step) {
        self.act(Action::Goto { name: action, step: to.id });
    }

    /// Goes to the same or an earlier step, with a pause before it.
    pub fn go_back(&mut self, action: &'static str, to: &'static Step, retry_after: Option<Duration>) {
        self.goto(action, to);
        let from = self.frame.step.map_or(0, |step| step.index);
        let loops = &mut self.frame.course.loops;
        let rounds = match loops.iter_mut().find(|round| (round.from, round.to) == (from, to.index)) {
            Some(round) => {
                round.rounds = round.rounds.saturating_add(1);
                round.rounds
            }
            None => {
                loops.push(Loop { from, to: to.index, rounds: 0 });
                0
            }
        };
        let pacing = self.client.pacing();
        self.pause = Some(pacing.asked(retry_after, None).unwrap_or_else(|| pacing.pause(rounds)));
    }

    /// Takes the `retry` action at this place in its list, if it has not been used up: the same step is the next one, after
    /// a pause. That is what the response asks for, else what the document asks for, else the pause between rounds.
    pub fn retry(
        &mut self,
        action: &'static str,
        place: usize,
        limit: u64,
        document: Option<Duration>,
        retry_after: Option<Duration>,
    ) -> bool {
        let retries = &mut self.frame.course.retries;
        let known = retries.iter().position(|(known, _)| *known == place).unwrap_or_else(|| {
            retries.push((place, 0));
            retries.len() - 1
        });
        let used = &mut retries[known].1;
        if *used >= limit {
            return false;
        }
        let rounds = u32::try_from(*used).unwrap_or(u32::MAX);
        *used += 1;
        let pacing = self.client.pacing();
        let after = pacing.asked(retry_after, document).unwrap_or_else(|| pacing.pause(rounds));
        self.frame.sent.begin_anew();
        self.again(after);
        self.act(Action::Retry { name: action, after });
        true
    }

    /// The same step is the next one, after a pause.
    pub(crate) fn again(&mut self, pause: Duration) {
        self.pause = Some(pause);
        self.frame.course.again = true;
    }

    pub(crate) fn act(&mut self, action: Action) {
        self.note();
        let step = self.frame.step_id().unwrap_or_default();
        self.watch.observe(&Event::ActionTaken { workflow: self.frame.workflow.id, step, action: &action });
        if let Some(latest) = self.report.latest() {
            let Latest { action: known, .. } = latest;
            *known = Some(action);
        }
    }
}
