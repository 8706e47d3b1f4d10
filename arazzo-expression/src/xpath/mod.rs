//! XPath 1.0 over XML: conditions, selections and replacements.
//!
//! ```
//! use arazzo_expression::xpath::parse;
//!
//! let xml = "<job id='7'><state>ready</state></job>";
//! assert_eq!(parse("/job/state = 'ready'").unwrap().holds(xml), Ok(true));
//! assert_eq!(parse("/job/@id").unwrap().select(xml).unwrap().to_text(), "7");
//! assert_eq!(
//!     parse("/job/state").unwrap().replace(xml, "<done>").unwrap(),
//!     "<job id='7'><state>&lt;done&gt;</state></job>"
//! );
//!
//! let error = parse("/job/state == 'ready'").unwrap_err();
//! assert_eq!(error.help.as_deref(), Some("XPath compares by `=`"));
//! ```
//!
//! | file | job |
//! |---|---|
//! | `check` | what is wrong with an expression before it is evaluated |
//! | `tree` | an XML document as the data model of XPath |
//! | `replace` | new values in the text of a document |
//! | `work` | how large a document may be for an expression |

mod check;
mod replace;
#[cfg(test)]
mod tests;
mod tree;
mod work;

use crate::SyntaxError;
use crate::json::Json;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use tree::Node;
use xpath_eval::{EvaluationContext, Expr, evaluate, evaluate_boolean};

/// How many nodes a document may have.
const MAX_NODES: u32 = 1 << 22;

/// A parsed expression.
#[derive(Debug)]
pub struct XPath {
    expression: Expr,
    /// The prefixes of names, which a document has to declare.
    prefixes: BTreeSet<String>,
    /// How many nodes and attributes a document may have for it.
    most_parts: usize,
}

/// Why an expression has no value for a document, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XPathError(String);

impl fmt::Display for XPathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for XPathError {}

/// Parses an expression of XPath 1.0.
///
/// # Errors
///
/// The first place where the text leaves the grammar, or a function or variable that does not exist, with what was
/// probably meant.
pub fn parse(text: &str) -> Result<XPath, SyntaxError> {
    let (expression, prefixes) = check::parse(text)?;
    let most_parts = work::most_parts(&expression);
    Ok(XPath { expression, prefixes, most_parts })
}

impl XPath {
    /// The value of the expression as true or false: a number other than zero, a text that is not empty, any node.
    ///
    /// # Errors
    ///
    /// When the text is no XML, or does not declare a prefix.
    pub fn holds(&self, xml: &str) -> Result<bool, XPathError> {
        let document = self.read(xml)?;
        let namespaces = self.namespaces(&document)?;
        let namespaces = |prefix: &str| namespaces(prefix);
        evaluate_boolean(&self.expression, &context(&document, &namespaces)).map_err(explain)
    }

    /// The value of the expression; of a node its text. Several nodes are a list, no node is absent.
    ///
    /// # Errors
    ///
    /// When the text is no XML, or does not declare a prefix.
    pub fn select(&self, xml: &str) -> Result<Json<'static>, XPathError> {
        let document = self.read(xml)?;
        Ok(match self.evaluate(&document)? {
            xpath_eval::Value::Boolean(value) => Json::Bool(value),
            xpath_eval::Value::Number(number) => Json::from(number),
            xpath_eval::Value::String(text) => Json::from(text),
            xpath_eval::Value::NodeSet(nodes) => {
                let mut texts = Vec::new();
                let mut bytes = 0_usize;
                for node in in_order(nodes) {
                    let text = xpath_eval::Node::string_value(node);
                    bytes = bytes.saturating_add(text.len());
                    if bytes > MAX_TEXT {
                        return Err(XPathError("the selected nodes have more text than can be kept".to_owned()));
                    }
                    texts.push(Value::String(text));
                }
                match texts.len() {
                    0 => Json::Absent,
                    1 => texts.pop().map_or(Json::Absent, Json::from),
                    _ => Json::from(Value::Array(texts)),
                }
            }
        })
    }

    /// The document with the contents of all selected nodes replaced by a text.
    ///
    /// # Errors
    ///
    /// When the text is no XML, or does not declare a prefix, or when the expression selects nothing, or something that
    /// is no part of the document.
    pub fn replace(&self, xml: &str, text: &str) -> Result<String, XPathError> {
        let document = self.read(xml)?;
        match self.evaluate(&document)? {
            xpath_eval::Value::NodeSet(nodes) if nodes.is_empty() => {
                Err(XPathError("the expression selects nothing".to_owned()))
            }
            xpath_eval::Value::NodeSet(nodes) => replace::replace(xml, &in_order(nodes), text),
            _ => Err(XPathError("the expression gives a value, and no part of the document".to_owned())),
        }
    }

    fn read<'x>(&self, xml: &'x str) -> Result<roxmltree::Document<'x>, XPathError> {
        is_modest(xml, self.most_parts)?;
        let options = roxmltree::ParsingOptions { nodes_limit: MAX_NODES, ..roxmltree::ParsingOptions::default() };
        let xml = xml.trim_start_matches('\u{feff}').trim_start();
        roxmltree::Document::parse_with_options(xml, options).map_err(|error| {
            XPathError(match error {
                roxmltree::Error::DtdDetected => "the XML has a document type, which is not read".to_owned(),
                error => format!("it is no XML: {error}"),
            })
        })
    }

    fn evaluate<'d, 'i>(
        &self,
        document: &'d roxmltree::Document<'i>,
    ) -> Result<xpath_eval::Value<Node<'d, 'i>>, XPathError> {
        let namespaces = self.namespaces(document)?;
        let namespaces = |prefix: &str| namespaces(prefix);
        evaluate(&self.expression, &context(document, &namespaces)).map_err(explain)
    }

    /// What the prefixes mean: what the first element says that declares them.
    fn namespaces(
        &self,
        document: &roxmltree::Document<'_>,
    ) -> Result<impl Fn(&str) -> Option<String> + use<>, XPathError> {
        let mut known = Vec::new();
        for prefix in &self.prefixes {
            let mut elements = document.descendants().filter(roxmltree::Node::is_element);
            match elements.find_map(|element| element.lookup_namespace_uri(Some(prefix))) {
                Some(uri) => known.push((prefix.clone(), uri.to_owned())),
                None => return Err(XPathError(format!("the document declares no prefix `{prefix}`"))),
            }
        }
        Ok(move |prefix: &str| known.iter().find(|(name, _)| name == prefix).map(|(_, uri)| uri.clone()))
    }
}

fn context<'d, 'i, 'h>(
    document: &'d roxmltree::Document<'i>,
    namespaces: &'h (dyn Fn(&str) -> Option<String> + 'h),
) -> EvaluationContext<'d, 'h, Node<'d, 'i>> {
    let mut context = EvaluationContext::new(Node::root(document));
    context.namespaces = Some(namespaces);
    context
}

/// How deep elements may be in each other: each step of an expression can see a node once for each element around it.
const MAX_DEPTH: usize = 200;

/// How many attributes an element may have: each is compared with all others.
const MAX_ATTRIBUTES: usize = 1_000;

/// How many bytes the texts of all selected nodes may have together.
const MAX_TEXT: usize = 64 << 20;

/// Refuses XML whose structure makes looking through it far more work than its size, and what has too many parts.
fn is_modest(xml: &str, most_parts: usize) -> Result<(), XPathError> {
    let bytes = xml.as_bytes();
    let (mut depth, mut at, mut parts) = (0_usize, 0, 0_usize);
    while let Some(open) = xml.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + open;
        let rest = &xml[start..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")]
            .into_iter()
            .find(|(begin, _)| rest.starts_with(begin));
        if let Some((begin, end)) = skipped {
            at = start + rest[begin.len()..].find(end).map_or(rest.len(), |length| begin.len() + length + end.len());
            continue;
        }
        let (mut quote, mut attributes, mut end) = (None, 0, start + 1);
        while let Some(&byte) = bytes.get(end) {
            match (quote, byte) {
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(open), byte) if open == byte => quote = None,
                (None, b'=') => attributes += 1,
                (None, b'>') => break,
                _ => {}
            }
            end += 1;
        }
        if attributes > MAX_ATTRIBUTES {
            return Err(XPathError(format!("an element of the XML has more than {MAX_ATTRIBUTES} attributes")));
        }
        parts += 1 + attributes;
        if parts > most_parts {
            return Err(XPathError(format!(
                "the XML has more than {most_parts} tags and attributes, and the expression looks at all of them for each"
            )));
        }
        if rest.starts_with("</") {
            depth = depth.saturating_sub(1);
        } else if bytes.get(end.wrapping_sub(1)) != Some(&b'/') {
            depth += 1;
        }
        if depth > MAX_DEPTH {
            return Err(XPathError(format!("the XML has more than {MAX_DEPTH} elements in each other")));
        }
        at = end + 1;
    }
    Ok(())
}

fn in_order<'d, 'i>(mut nodes: Vec<Node<'d, 'i>>) -> Vec<Node<'d, 'i>> {
    nodes.sort_by(|left, right| xpath_eval::Node::document_order(*left, *right));
    nodes
}

fn explain(error: xpath_eval::EvalError) -> XPathError {
    XPathError(error.to_string())
}
