//! Conditions and selectors of draft-goessner-dispatch-jsonpath-00, which a type object asks for.

use super::filling::{Fill, Quotes};
use super::selector::segments;
use super::step::{Context, Scope};
use super::{Segment, Test};
use crate::diagnostic::rules;
use crate::document::{self, ExpressionType, Text};
use arazzo_expression::SyntaxError;
use arazzo_expression::jsonpath::parse_draft;

/// Whether a type object asks for the draft, and not for RFC 9535.
pub(super) fn is_draft(kind: &ExpressionType) -> bool {
    kind.version.as_ref().is_some_and(|version| version.value != "rfc9535")
}

fn check(text: &str) -> Result<(), SyntaxError> {
    parse_draft(text.trim()).map(|_| ())
}

impl<'a> Context<'_, 'a, '_> {
    /// Resolves a condition (rule 70).
    pub(super) fn draft(&mut self, written: &'a document::Criterion, scope: Scope<'_, 'a>) -> Option<Test> {
        let context = self.context(written, scope);
        let fills = [Fill::Number, Fill::String, Fill::Path];
        let text = &written.condition;
        let query = self.written(text, Quotes::Escaped, &rules::INVALID_JSONPATH, &fills, &check, scope);
        Some(Test::Draft { context: context?, query: query? })
    }

    /// Resolves a selector (rule 87).
    pub(super) fn draft_selector(&mut self, text: &Text) -> Option<Vec<Segment>> {
        match parse_draft(&text.value) {
            Ok(query) => {
                let path = query.singular().and_then(|steps| segments(&steps)).filter(|path| !path.is_empty());
                Some(path.unwrap_or_else(|| vec![Segment::Draft(text.value.clone())]))
            }
            Err(error) => {
                self.syntax(&rules::INVALID_SELECTOR, &text.node, error);
                None
            }
        }
    }
}
