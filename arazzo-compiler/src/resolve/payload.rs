//! Values of the document with the expressions in them.

use super::step::{Context, Scope};
use super::{Payload, Piece};
use crate::diagnostic::rules;
use crate::yaml::{Kind, Node};
use arazzo_expression::expression;
use arazzo_expression::template::{self, Text};
use serde_json::Value;

impl<'a> Context<'_, 'a, '_> {
    /// Resolves a value. `None` when something in it is wrong, which is reported.
    pub(super) fn payload(&mut self, node: &'a Node, scope: Scope<'_, 'a>) -> Option<Payload> {
        Some(match &node.kind {
            Kind::Null => Payload::Null,
            Kind::Bool(value) => Payload::Bool(*value),
            Kind::Number(number) => Payload::Number(number.clone()),
            Kind::String(scalar) => return self.text(node, &scalar.text, scope),
            Kind::List(elements) => {
                // All of them first, so that every mistake is reported.
                let elements: Vec<_> = elements.iter().map(|node| self.payload(node, scope)).collect();
                Payload::List(elements.into_iter().collect::<Option<_>>()?)
            }
            Kind::Map(map) => {
                if let Some(selector) = self.selector_in(node) {
                    return self.selector(&selector, scope).map(Payload::Expression);
                }
                let members: Vec<_> =
                    map.iter().map(|(key, node)| Some((key.text.clone(), self.payload(node, scope)?))).collect();
                Payload::Object(members.into_iter().collect::<Option<_>>()?)
            }
        })
    }

    fn text(&mut self, node: &'a Node, text: &str, scope: Scope<'_, 'a>) -> Option<Payload> {
        match template::parse(&self.with_plain_names(text, scope), self.version) {
            Ok(Text::Literal(literal)) => {
                if let Some(root) = expression::near_root(&literal) {
                    self.unknown_root(&literal, root, node);
                }
                Some(Payload::String(literal))
            }
            Ok(Text::Expression(operand)) => self.operand(&operand, node, 0, scope).map(Payload::Expression),
            Ok(Text::Template(pieces)) => self.pieces(&pieces, node, text, scope),
            Err(error) => {
                self.syntax(&rules::INVALID_EXPRESSION, node, error);
                None
            }
        }
    }

    /// Text that is no expression only because of a slip, most likely.
    fn unknown_root(&mut self, text: &str, root: &str, node: &Node) {
        let word =
            text.len() - text[1..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "_-".contains(c)).len();
        let span = self.library.part(node, 0..word);
        let meant = if root == "$statusCode" { root.to_owned() } else { format!("{root}{}", &text[word..]) };
        let message = format!("there is no expression `{}`: the text is sent as it stands", &text[..word]);
        self.diagnostics
            .report(&rules::UNKNOWN_ROOT, span, message)
            .did_you_mean(Some(&meant))
            .help("if you mean this text, add `allow(unknown_root)` to the macro");
    }

    fn pieces(
        &mut self,
        pieces: &[template::Piece],
        node: &'a Node,
        text: &str,
        scope: Scope<'_, 'a>,
    ) -> Option<Payload> {
        let mut resolved = Vec::new();
        let mut complete = true;
        for piece in pieces {
            match piece {
                template::Piece::Literal(literal) => resolved.push(Piece::Literal(literal.clone())),
                template::Piece::Embedded(operand) => match self.operand(operand, node, 0, scope) {
                    Some(reference) => resolved.push(Piece::Expression(reference)),
                    None => complete = false,
                },
                template::Piece::Bare { operand, text: bare, span } => {
                    if !self.is_meant(operand, scope) {
                        resolved.push(Piece::Literal(bare.clone()));
                        continue;
                    }
                    match self.operand(operand, node, 0, scope) {
                        Some(reference) => {
                            let at = self.library.part(node, span.clone());
                            let mut portable = text.to_owned();
                            portable.replace_range(span.clone(), &format!("{{{bare}}}"));
                            self.reading(&rules::BARE_EXPRESSION, at, &portable);
                            resolved.push(Piece::Expression(reference));
                        }
                        None => complete = false,
                    }
                }
            }
        }
        if !complete {
            return None;
        }
        let literal = resolved.iter().all(|piece| matches!(piece, Piece::Literal(_)));
        Some(if literal { Payload::String(text.to_owned()) } else { Payload::Template(resolved) })
    }
}

impl Payload {
    /// The value, if it holds no expression.
    pub fn constant(&self) -> Option<Value> {
        Some(match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(number) => Value::Number(number.clone()),
            Self::String(text) => Value::String(text.clone()),
            Self::Expression(_) | Self::Template(_) | Self::Quoted(_) => return None,
            Self::Else(..) | Self::JsonText(_) | Self::FormText(_) => return None,
            Self::List(elements) => Value::Array(elements.iter().map(Self::constant).collect::<Option<_>>()?),
            Self::Object(members) => {
                let members = members.iter().map(|(name, member)| Some((name.clone(), member.constant()?)));
                Value::Object(members.collect::<Option<_>>()?)
            }
        })
    }
}
