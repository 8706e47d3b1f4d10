//! Canonical text: what the parser reads back as an equal tree, positions aside.

use super::Criterion;
use super::tree::{Call, Comparable, Function, Logical, Query, Root, Segment, Selector, Test};
use crate::condition::{Literal, Operator};
use std::fmt::{self, Display, Formatter, Write as _};

impl Display for Criterion {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Query(query) => query.fmt(f),
            // A path alone would be read back as a query, so it keeps its parentheses.
            Self::Bare(logical @ Logical::Test(Test::Query(query))) if query.operands().is_empty() => {
                write!(f, "({logical})")
            }
            Self::Bare(logical) => logical.fmt(f),
        }
    }
}

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char(match self.root {
            Root::Document => '$',
            Root::Current => '@',
        })?;
        self.segments.iter().try_for_each(|segment| segment.fmt(f))
    }
}

impl Display for Segment {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (dot, dots) = match self {
            Self::Child { .. } => (".", ""),
            Self::Descendant { .. } => ("..", ".."),
        };
        match self.selectors() {
            [Selector::Name { name, .. }] if is_shorthand(name) => write!(f, "{dot}{name}"),
            [Selector::Wildcard { .. }] => write!(f, "{dot}*"),
            selectors => {
                write!(f, "{dots}[")?;
                separated(f, selectors, ", ")?;
                f.write_char(']')
            }
        }
    }
}

impl Display for Selector {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { name, .. } => quoted(f, name),
            Self::Wildcard { .. } => f.write_char('*'),
            Self::Index { index, .. } => index.fmt(f),
            Self::Slice { start, end, step, .. } => {
                let number = |number: &Option<i64>| number.map_or(String::new(), |number| number.to_string());
                write!(f, "{}:{}", number(start), number(end))?;
                step.map_or(Ok(()), |step| write!(f, ":{step}"))
            }
            Self::Filter { condition, .. } => write!(f, "?{condition}"),
        }
    }
}

impl Display for Logical {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            // A list inside a list of its own kind must have been in parentheses, or it would be one list.
            Self::Or(parts) => joined(f, parts, " || ", |part| matches!(part, Self::Or(_))),
            Self::And(parts) => joined(f, parts, " && ", |part| matches!(part, Self::Or(_) | Self::And(_))),
            Self::Not(inner) => match &**inner {
                Self::Test(test) => write!(f, "!{test}"),
                inner => write!(f, "!({inner})"),
            },
            Self::Compare { operator, left, right } => write!(f, "{left} {} {right}", symbol(*operator)),
            Self::Test(test) => test.fmt(f),
        }
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Query(query) => query.fmt(f),
            Self::Function(call) => call.fmt(f),
            Self::Expression(operand) => operand.fmt(f),
        }
    }
}

impl Display for Comparable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(Literal::Null, _) => f.write_str("null"),
            Self::Literal(Literal::Bool(value), _) => value.fmt(f),
            Self::Literal(Literal::Number(number), _) => number.fmt(f),
            Self::Literal(Literal::String(text), _) => quoted(f, text),
            Self::Query(query) => query.fmt(f),
            Self::Function(call) => call.fmt(f),
            Self::Expression(operand) => operand.fmt(f),
        }
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.function.fmt(f)
    }
}

impl Display for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = self.name();
        match self {
            Self::Length(value) => write!(f, "{name}({value})"),
            Self::Count(query) | Self::Value(query) => write!(f, "{name}({query})"),
            Self::Match(pattern) | Self::Search(pattern) => {
                write!(f, "{name}({}, {})", pattern.input, pattern.pattern)
            }
        }
    }
}

/// The operator as it is written.
pub(super) fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
    }
}

fn separated<T: Display>(f: &mut Formatter<'_>, parts: &[T], separator: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        part.fmt(f)?;
    }
    Ok(())
}

fn joined(
    f: &mut Formatter<'_>,
    parts: &[Logical],
    separator: &str,
    in_parentheses: impl Fn(&Logical) -> bool,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        if in_parentheses(part) {
            write!(f, "({part})")?;
        } else {
            part.fmt(f)?;
        }
    }
    Ok(())
}

/// Whether a name can stand behind a dot (`member-name-shorthand`, section 2.5.1.1).
pub(super) fn is_shorthand(name: &str) -> bool {
    name.starts_with(is_name_first) && name.chars().all(is_name_char)
}

/// `name-first`
pub(super) fn is_name_first(character: char) -> bool {
    character.is_ascii_alphabetic() || character == '_' || !character.is_ascii()
}

/// `name-char`
pub(super) fn is_name_char(character: char) -> bool {
    is_name_first(character) || character.is_ascii_digit()
}

/// A string in single quotes, as in normalized paths (section 2.7).
fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('\'')?;
    for character in text.chars() {
        match character {
            '\'' => f.write_str(r"\'")?,
            '\\' => f.write_str(r"\\")?,
            '\n' => f.write_str(r"\n")?,
            '\r' => f.write_str(r"\r")?,
            '\t' => f.write_str(r"\t")?,
            '\u{8}' => f.write_str(r"\b")?,
            '\u{c}' => f.write_str(r"\f")?,
            control if control < ' ' => write!(f, r"\u{:04x}", u32::from(control))?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('\'')
}
