//! What a run has to say about criteria that could not be evaluated, and about outputs that are not there.

use crate::exchange::Exchange;
use std::cell::RefCell;

/// How many notes one attempt of a step keeps.
const MOST: usize = 8;

/// Why criteria could not be evaluated. Such a criterion is not met, which is no error of the run, and would otherwise
/// be hard to understand.
#[derive(Debug, Default)]
pub struct Notes(RefCell<Vec<String>>);

impl Notes {
    /// Says something about a criterion, once.
    pub(crate) fn add(&self, note: String) {
        let mut notes = self.0.borrow_mut();
        if notes.len() < MOST && !notes.contains(&note) {
            notes.push(note);
        }
    }

    /// Says why a condition could not be evaluated.
    pub(crate) fn failed(&self, condition: &str, why: impl std::fmt::Display) {
        self.add(format!("`{condition}` could not be evaluated: {why}"));
    }

    /// Says which outputs of a step are not there: of each its name, whether it is a part of the body, the way to it there
    /// or the name of its header, and whether it is absent.
    pub fn absent(&self, exchange: &Exchange, outputs: &[(&str, bool, &str, bool)]) {
        for (name, is_body, from, _) in outputs.iter().filter(|(.., is_absent)| *is_absent) {
            let why = match exchange.no_json() {
                Some(what) if *is_body => format!("the body is {what}, not JSON"),
                _ if !is_body => format!("the response has no header `{from}`"),
                _ if from.is_empty() => "the response has no body".to_owned(),
                _ => format!("the body has no `{from}`"),
            };
            self.add(format!("the output `{name}` is not there: {why}"));
        }
    }

    /// All that was said, which is then forgotten.
    pub(crate) fn take(&self) -> Option<String> {
        let mut notes = self.0.borrow_mut();
        let text = (!notes.is_empty()).then(|| notes.join("; "));
        notes.clear();
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_is_said_once_and_not_without_end() {
        let notes = Notes::default();
        assert_eq!(notes.take(), None);
        notes.failed("$.a", "it is too much");
        notes.failed("$.a", "it is too much");
        notes.add("b".to_owned());
        assert_eq!(notes.take().unwrap(), "`$.a` could not be evaluated: it is too much; b");
        (0..100).for_each(|number| notes.add(number.to_string()));
        assert_eq!(notes.take().unwrap(), "0; 1; 2; 3; 4; 5; 6; 7");
        assert_eq!(notes.take(), None);
    }
}
