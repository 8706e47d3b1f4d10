//! What to write in place of a logical expression of JSONPath's bare dialect.

use crate::document::Text;
use arazzo_expression::jsonpath::{Comparable, Logical, Step, Test};
use arazzo_expression::pointer::Pointer;
use std::ops::Range;

/// What to write instead, to be read behind the condition.
pub(super) fn label(logical: &Logical, text: &Text, context: Option<&Text>) -> String {
    if logical.operands().is_empty() {
        return format!("portable: `{}`", query(logical, &text.value));
    }
    match context.and_then(|context| simple(logical, &context.value)) {
        Some(condition) => format!("portable: `{condition}`, without `context` and `type`"),
        None => "a portable query has no expressions in it".to_owned(),
    }
}

/// An RFC 9535 query with the same meaning. `.length` of a list or string is a function there.
fn query(logical: &Logical, text: &str) -> String {
    let mut portable = text.to_owned();
    let mut lengths = Vec::new();
    collect_lengths(logical, &mut lengths);
    for (path, length) in lengths.into_iter().rev() {
        if let Some(before) = text.get(path.start..length) {
            portable.replace_range(path, &format!("length({before})"));
        }
    }
    format!("$[?{}]", portable.trim())
}

/// The paths that are compared and end in `.length`, each with the place where that begins.
fn collect_lengths(logical: &Logical, found: &mut Vec<(Range<usize>, usize)>) {
    match logical {
        Logical::Or(parts) | Logical::And(parts) => parts.iter().for_each(|part| collect_lengths(part, found)),
        Logical::Not(inner) => collect_lengths(inner, found),
        Logical::Compare { left, right, .. } => {
            for side in [left, right] {
                if let Comparable::Query(query) = side
                    && let Some(Step::Name("length")) = query.singular().as_deref().and_then(<[_]>::last)
                    && let Some(last) = query.segments.last()
                {
                    found.push((query.span.clone(), last.span().start));
                }
            }
        }
        Logical::Test(_) => {}
    }
}

/// A simple condition with the same meaning, where there is one: a query cannot hold runtime expressions.
fn simple(logical: &Logical, context: &str) -> Option<String> {
    let grouped = |part: &Logical| {
        let text = simple(part, context)?;
        Some(if matches!(part, Logical::Or(_) | Logical::And(_)) { format!("({text})") } else { text })
    };
    let joined = |parts: &[Logical], between: &str| {
        let parts: Option<Vec<String>> = parts.iter().map(grouped).collect();
        Some(parts?.join(between))
    };
    match logical {
        Logical::Or(parts) => joined(parts, " || "),
        Logical::And(parts) => joined(parts, " && "),
        Logical::Not(inner) => Some(format!("!({})", simple(inner, context)?)),
        Logical::Compare { operator, left, right } => {
            Some(format!("{} {operator} {}", side(left, context)?, side(right, context)?))
        }
        Logical::Test(Test::Query(query)) => pointer(&query.singular()?, context),
        Logical::Test(Test::Expression(operand)) => Some(operand.to_string()),
        Logical::Test(Test::Function(_)) => None,
    }
}

fn side(side: &Comparable, context: &str) -> Option<String> {
    match side {
        Comparable::Literal(literal, _) => Some(literal.to_string()),
        Comparable::Query(query) => pointer(&query.singular()?, context),
        Comparable::Expression(operand) => Some(operand.to_string()),
        Comparable::Function(_) => None,
    }
}

/// The context with the path behind it as a JSON Pointer.
fn pointer(path: &[Step<'_>], context: &str) -> Option<String> {
    let token = |step: &Step<'_>| match step {
        Step::Name("length") => None,
        Step::Name(name) => Some((*name).to_owned()),
        Step::Index(index) => usize::try_from(*index).ok().map(|index| index.to_string()),
    };
    let tokens: Vec<String> = path.iter().map(token).collect::<Option<_>>()?;
    if tokens.is_empty() {
        return Some(context.to_owned());
    }
    let between = if context.contains('#') { "" } else { "#" };
    Some(format!("{context}{between}{}", Pointer { tokens }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arazzo_expression::expression::Version;
    use arazzo_expression::jsonpath::{Criterion, parse_criterion};

    fn bare(text: &str) -> Logical {
        match parse_criterion(text, Version::V1_0).expect("it is valid") {
            Criterion::Bare(logical) => logical,
            Criterion::Query(_) => panic!("a query"),
        }
    }

    #[test]
    fn a_length_is_a_function() {
        for (text, expected) in [
            ("$.state == \"ok\"", "$[?$.state == \"ok\"]"),
            ("$.items.length > 0 && $.length < 3", "$[?length($.items) > 0 && length($) < 3]"),
            ("2 == $.a['length']", "$[?2 == length($.a)]"),
        ] {
            assert_eq!(query(&bare(text), text), expected);
        }
    }

    #[test]
    fn expressions_need_a_simple_condition() {
        let simple = |text: &str, context: &str| simple(&bare(text), context);
        assert_eq!(simple("$.id == $inputs.id", "$response.body").unwrap(), "$response.body#/id == $inputs.id");
        assert_eq!(simple("$[0].a != $inputs.x", "$response.body#/b").unwrap(), "$response.body#/b/0/a != $inputs.x");
        assert_eq!(
            simple("($.a == 'x' || $.b) && !$inputs.c", "$r").unwrap(),
            "($r#/a == 'x' || $r#/b) && !($inputs.c)"
        );
        assert_eq!(simple("$.a.length > $inputs.n", "$response.body"), None);
    }
}
