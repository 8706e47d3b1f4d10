//! Conditions as text again, with no more parentheses than they need.

use super::parse::ends_operand;
use super::{Comparable, Condition, Literal, Operator};
use std::fmt::{self, Display, Formatter};

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Or(parts) => join(parts, " || ", |part| matches!(part, Self::Or(_)), f),
            Self::And(parts) => {
                let group = |part: &Self| matches!(part, Self::Or(_) | Self::And(_));
                join(parts, " && ", group, f)
            }
            Self::Not(inner) => {
                f.write_str("!")?;
                grouped(inner, !matches!(**inner, Self::Test(_)), f)
            }
            Self::Compare { operator, left, right } => write!(f, "{left} {operator} {right}"),
            Self::Test(value) => value.fmt(f),
        }
    }
}

fn join(parts: &[Condition], between: &str, group: impl Fn(&Condition) -> bool, f: &mut Formatter<'_>) -> fmt::Result {
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            f.write_str(between)?;
        }
        grouped(part, group(part), f)?;
    }
    Ok(())
}

fn grouped(condition: &Condition, group: bool, f: &mut Formatter<'_>) -> fmt::Result {
    if group { write!(f, "({condition})") } else { condition.fmt(f) }
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}

impl Display for Comparable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(literal, _) => literal.fmt(f),
            Self::Operand(operand) => {
                let text = operand.to_string();
                // A header or pointer with a character of an operator in it was written in braces.
                if text.contains(ends_operand) { write!(f, "{{{text}}}") } else { f.write_str(&text) }
            }
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::String(text) => write!(f, "'{}'", text.replace('\'', "''")),
        }
    }
}
