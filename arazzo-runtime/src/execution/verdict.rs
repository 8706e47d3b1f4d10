//! What an attempt of a step has come to, and what is said of it.

use super::Execution;
use crate::Event;
use crate::error::{Error, ErrorKind, cut};
use crate::exchange::{Exchange, Unanswered};
use crate::report::{Action, Latest, Outcome};

impl Execution<'_> {
    /// Takes down how an attempt went.
    pub fn settle(&mut self, exchange: &Exchange, succeeded: bool) {
        if !succeeded && let Some(hint) = self.lacking(exchange) {
            self.notes.add(hint);
        }
        self.settled += 1;
        self.note();
        let problem = if succeeded { None } else { self.body_problem(exchange) };
        let Some(Latest { outcome, note, .. }) = self.report.latest() else { return };
        if exchange.answered() && !succeeded {
            let failure = match (exchange.unmet(), problem) {
                (None, Some(reason)) => Some(Outcome::Unreadable { reason }),
                // That the workflow it called failed has been taken down.
                (None, None) if exchange.called().is_some() => None,
                (criterion, _) => Some(Outcome::Failed { criterion }),
            };
            if let Some(failure) = failure {
                *outcome = failure;
            }
        } else if succeeded {
            *outcome = Outcome::Passed;
        }
        self.watch.observe(&Event::StepFinished {
            workflow: self.frame.workflow.id,
            step: self.frame.step_id().unwrap_or_default(),
            attempt: self.frame.attempt,
            outcome,
            note: note.as_deref(),
        });
    }

    /// The error of a step that failed and for which no failure action matched.
    #[must_use]
    pub fn failed(&mut self, exchange: Exchange) -> Error {
        self.act(Action::Break);
        let (status, criterion) = (exchange.status(), exchange.unmet());
        let tried = match self.frame.sent.again {
            0 => String::new(),
            _ => format!("; tried {} times", self.frame.attempt),
        };
        if exchange.called().is_some() {
            return self.call_failed(exchange);
        }
        let mut message = match (status, criterion) {
            (Some(status), Some(criterion)) => format!("the server answered {status}, and `{criterion}` is not met"),
            (Some(status), None) if status / 100 == 2 => format!("the server answered {status}"),
            (Some(status), None) => format!("the server answered {status}, which is not 2xx"),
            (None, _) => String::new(),
        };
        let problem = self.body_problem(&exchange);
        if let Some(problem) = &problem {
            message.push_str("; ");
            message.push_str(problem);
        }
        if status.is_some()
            && let Some(note) = self.report.latest().and_then(|record| record.note.as_deref())
        {
            message.push_str("; ");
            message.push_str(note);
        }
        message.push_str(&tried);
        message.push_str(self.why_again());
        // What a server says of an error is no secret that the step makes.
        let is_error = problem.is_none() && status.is_some_and(|status| status / 100 != 2);
        match exchange.excerpt(&self.secrets) {
            Some(_) if self.lacks_secret && !is_error => {
                message.push_str("; the body is not shown: it may have a secret in it that could not be read");
            }
            Some(excerpt) => message.extend(["; the body begins: ", &excerpt]),
            None => {}
        }
        let error = match exchange.into_unanswered() {
            None => Error::new(ErrorKind::Step, message),
            Some(Unanswered::NotSent(problem)) => {
                Error::new(ErrorKind::Request, format!("the request was not sent: {problem}"))
            }
            Some(Unanswered::NoResponse(error)) => {
                let error = error.masked(|text| self.secrets.mask(text).into_owned());
                Error::new(ErrorKind::Transport, format!("no response: {error}{tried}")).of_transport(error)
            }
        };
        error.at(self.frame.workflow.id, self.frame.step_id()).because(criterion, status)
    }

    /// Why the body could not be read, where that was needed. It has a header of the server's in it.
    pub(crate) fn body_problem(&self, exchange: &Exchange) -> Option<String> {
        exchange.body_problem().map(|problem| cut(self.secrets.mask(problem).into_owned()))
    }

    /// Takes down what the criteria have said.
    pub(crate) fn note(&mut self) {
        let Some(said) = self.notes.take() else { return };
        let said = cut(self.secrets.mask(&said).into_owned());
        if let Some(Latest { note, .. }) = self.report.latest() {
            *note = Some(match note.take() {
                Some(before) if before.contains(&said) => before,
                Some(before) => format!("{before}; {said}"),
                None => said,
            });
        }
    }
}
