//! Selector Objects (1.1): a reference with a way behind it that is written in a language of its own.

use super::draft::is_draft;
use super::expression::SELECTED;
use super::step::{Context, Scope};
use super::{Reference, Segment};
use crate::diagnostic::rules;
use crate::document::{self, Language, Selector, Text, Version};
use crate::yaml::Node;
use arazzo_expression::SyntaxError;
use arazzo_expression::expression::Operand;
use arazzo_expression::jsonpath::{self, Query, Step};
use arazzo_expression::pointer::Pointer;

impl<'a> Context<'_, 'a, '_> {
    /// Resolves a Selector Object (rules 82 and 87).
    pub(super) fn selector(&mut self, selector: &Selector, scope: Scope<'_, 'a>) -> Option<Reference> {
        let context = self.expression(&selector.context, SELECTED, scope);
        let path = match selector.kind.language {
            Language::JsonPointer => self.pointer_selector(&selector.selector),
            Language::JsonPath => self.jsonpath_selector(selector),
            Language::XPath => self.xpath_selector(selector),
            // The document stage has refused them.
            Language::Simple | Language::Regex => None,
        };
        let mut reference = context?;
        reference.path.extend(path?);
        Some(reference)
    }

    /// The Selector Object that a map inside of a value is (A16). In 1.0 every map is an object to be sent.
    pub(super) fn selector_in(&mut self, node: &Node) -> Option<Selector> {
        if self.version < Version::V1_1 || !document::has_shape_of_selector(node) {
            return None;
        }
        let context = node.get("context")?.as_str()?;
        Operand::parse(context, self.version).ok()?;
        document::read_selector(node, self.version, self.diagnostics)
    }

    fn pointer_selector(&mut self, text: &Text) -> Option<Vec<Segment>> {
        match Pointer::parse(&text.value) {
            // Even the whole of a value is selected of lists and objects only.
            Ok(pointer) if pointer.tokens.is_empty() => Some(vec![whole()]),
            Ok(pointer) => Some(pointer.tokens.into_iter().map(Segment::Token).collect()),
            Err(error) => {
                let help = match text.value.starts_with('/') {
                    true => error.help,
                    false if text.value.starts_with('$') => Some("for a JSONPath write `type: jsonpath`".to_owned()),
                    false => Some(format!("write `/{}`", text.value.trim_start_matches('#'))),
                };
                self.syntax(&rules::INVALID_SELECTOR, &text.node, SyntaxError { help, ..error });
                None
            }
        }
    }

    fn jsonpath_selector(&mut self, selector: &Selector) -> Option<Vec<Segment>> {
        let text = &selector.selector;
        if is_draft(&selector.kind) {
            return self.draft_selector(text);
        }
        match jsonpath::parse_query(&text.value) {
            Ok(query) => Some(path(&query)),
            Err(error) => {
                self.syntax(&rules::INVALID_SELECTOR, &text.node, error);
                None
            }
        }
    }
}

fn whole() -> Segment {
    Segment::Query { text: "$".to_owned(), single: true }
}

/// The way that a query takes (A17): names and places as such, anything else as a search.
fn path(query: &Query) -> Vec<Segment> {
    let steps = query.singular();
    let path = steps.as_deref().and_then(segments);
    match path {
        Some(path) if !path.is_empty() => path,
        _ => vec![Segment::Query { text: query.to_string(), single: steps.is_some() }],
    }
}

/// Names and places as a way; `None` where one counts from the end.
pub(super) fn segments(steps: &[Step<'_>]) -> Option<Vec<Segment>> {
    let segment = |step: &Step<'_>| match step {
        Step::Name(name) => Some(Segment::Member((*name).to_owned())),
        Step::Index(index) => usize::try_from(*index).ok().map(Segment::Index),
    };
    steps.iter().map(segment).collect()
}
