//! Conditions and selectors of the type `xpath`.

use super::filling::{Fill, Quotes};
use super::step::{Context, Scope};
use super::{Segment, Test};
use crate::diagnostic::rules;
use crate::document::{self, ExpressionType, Language, Selector, Text};
use arazzo_expression::SyntaxError;

/// The version that is supported.
const VERSION: &str = "xpath-10";

impl<'a> Context<'_, 'a, '_> {
    /// Resolves a condition (rule 71).
    pub(super) fn xpath(&mut self, written: &'a document::Criterion, scope: Scope<'_, 'a>) -> Option<Test> {
        let context = self.context(written, scope);
        if !self.is_supported(&written.kind) {
            return None;
        }
        let fills = [Fill::Number, Fill::String];
        let text = &written.condition;
        let expression = self.written(text, Quotes::Plain, &rules::INVALID_XPATH, &fills, &check, scope);
        Some(Test::XPath { context: context?, expression: expression? })
    }

    /// Resolves the `selector` of a Selector Object (rule 87).
    pub(super) fn xpath_selector(&mut self, selector: &Selector) -> Option<Vec<Segment>> {
        if !self.is_supported(&selector.kind) {
            return None;
        }
        match check(&selector.selector.value) {
            Ok(()) => Some(vec![Segment::XPath(selector.selector.value.clone())]),
            Err(error) => {
                self.syntax(&rules::INVALID_SELECTOR, &selector.selector.node, error);
                None
            }
        }
    }

    /// Reads the target of a replacement in XML (rule 85).
    pub(super) fn xpath_target(&mut self, target: &Text, kind: Option<&ExpressionType>) -> Option<String> {
        let implied = ExpressionType { language: Language::XPath, version: None, span: target.node.span };
        if !self.is_supported(kind.unwrap_or(&implied)) {
            return None;
        }
        match check(&target.value) {
            Ok(()) => Some(target.value.clone()),
            Err(error) => {
                self.syntax(&rules::INVALID_SELECTOR, &target.node, error);
                None
            }
        }
    }

    /// Refuses other versions, and all of XPath where it is switched off. Without a version an expression of XPath 1.0 is
    /// accepted, which means the same in the version that then counts, but for rare cases of types.
    fn is_supported(&mut self, kind: &ExpressionType) -> bool {
        if cfg!(not(feature = "xpath")) {
            self.unsupported_at(kind.span, "the type `xpath` needs the feature `xpath` of the crate `arazzo`");
            return false;
        }
        match &kind.version {
            Some(version) if version.value != VERSION => {
                let message = format!("the version `{}` of XPath is not supported, only `{VERSION}` is", version.value);
                self.unsupported_at(version.node.span, message);
                false
            }
            _ => true,
        }
    }
}

#[cfg(feature = "xpath")]
fn check(text: &str) -> Result<(), SyntaxError> {
    arazzo_expression::xpath::parse(text).map(|_| ())
}

/// It has been refused before.
#[cfg(not(feature = "xpath"))]
fn check(_: &str) -> Result<(), SyntaxError> {
    Ok(())
}

/// A document with the parts that an expression selects replaced by a text. The `Err` says why that cannot be.
#[cfg(feature = "xpath")]
pub(super) fn replaced(expression: &str, xml: &str, text: &str) -> Result<String, String> {
    let parsed = arazzo_expression::xpath::parse(expression).map_err(|error| error.message)?;
    parsed.replace(xml, text).map_err(|error| error.to_string())
}

/// It has been refused before.
#[cfg(not(feature = "xpath"))]
pub(super) fn replaced(_: &str, xml: &str, _: &str) -> Result<String, String> {
    Ok(xml.to_owned())
}
