//! What is wrong with an expression before it is evaluated.

use crate::SyntaxError;
use crate::suggest::closest;
use std::collections::BTreeSet;
use xpath_eval::{Expr, FilterExpr, LocationPath, NodeTest, PathExpr, PrimaryExpr};

/// How long an expression may be, how deeply nested, and of how many parts: what is longer is no expression that anybody
/// wrote, and evaluation goes as deep as the expression.
const MAX_LENGTH: usize = 8192;
const MAX_DEPTH: usize = 48;
const MAX_OPERATORS: usize = 200;

/// The functions of XPath 1.0: with how many arguments at least and at most.
const FUNCTIONS: &[(&str, usize, usize)] = &[
    ("last", 0, 0),
    ("position", 0, 0),
    ("count", 1, 1),
    ("id", 1, 1),
    ("local-name", 0, 1),
    ("namespace-uri", 0, 1),
    ("name", 0, 1),
    ("string", 0, 1),
    ("concat", 2, usize::MAX),
    ("starts-with", 2, 2),
    ("contains", 2, 2),
    ("substring-before", 2, 2),
    ("substring-after", 2, 2),
    ("substring", 2, 3),
    ("string-length", 0, 1),
    ("normalize-space", 0, 1),
    ("translate", 3, 3),
    ("boolean", 1, 1),
    ("not", 1, 1),
    ("true", 0, 0),
    ("false", 0, 0),
    ("lang", 1, 1),
    ("number", 0, 1),
    ("sum", 1, 1),
    ("floor", 1, 1),
    ("ceiling", 1, 1),
    ("round", 1, 1),
];

/// Functions that later versions brought and documents use, each with how XPath 1.0 says the same, where it can.
const NEWER: &[(&str, Option<&str>)] = &[
    ("exists", Some("a path alone holds when it finds something")),
    ("empty", Some("write `not(…)` around the path")),
    ("ends-with", None),
    ("matches", None),
    ("replace", None),
    ("tokenize", None),
    ("lower-case", Some("write `translate(…, 'ABC…', 'abc…')`")),
    ("upper-case", Some("write `translate(…, 'abc…', 'ABC…')`")),
    ("string-join", None),
    ("distinct-values", None),
    ("avg", Some("write `sum(…) div count(…)`")),
    ("max", None),
    ("min", None),
    ("abs", None),
    ("data", Some("write `string(…)`")),
    ("deep-equal", None),
    ("index-of", None),
    ("current-date", None),
    ("current-dateTime", None),
    ("json-doc", None),
    ("parse-json", None),
];

/// An expression with the prefixes in it.
pub(super) fn parse(text: &str) -> Result<(Expr, BTreeSet<String>), SyntaxError> {
    weigh(text)?;
    let expression = xpath_eval::parse(text).map_err(|error| explain(text, &error))?;
    let mut checker = Checker { text, prefixes: BTreeSet::new() };
    checker.expression(&expression)?;
    Ok((expression, checker.prefixes))
}

/// Refuses what would take too deep a stack.
fn weigh(text: &str) -> Result<(), SyntaxError> {
    let too = |what: String| Err(SyntaxError::new(0..text.len(), format!("this expression {what}")));
    if text.len() > MAX_LENGTH {
        return too(format!("has more than {MAX_LENGTH} bytes"));
    }
    let (mut depth, mut operators, mut quote) = (0_usize, 0_usize, None);
    for character in text.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, '(' | '[') => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return too(format!("is nested more than {MAX_DEPTH} deep"));
                }
            }
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, '=' | '<' | '>' | '+' | '-' | '*' | '|') => operators += 1,
            _ => {}
        }
    }
    operators += text.split_whitespace().filter(|word| matches!(*word, "and" | "or" | "div" | "mod")).count();
    if operators > MAX_OPERATORS { too(format!("has more than {MAX_OPERATORS} operators")) } else { Ok(()) }
}

/// A mistake in the grammar, with what was probably meant.
fn explain(text: &str, error: &xpath_eval::ParseError) -> SyntaxError {
    let mut at = error.position.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let rest = &text[at..];
    let length = rest.chars().next().map_or(0, char::len_utf8);
    let found = SyntaxError::new(at..at + length, format!("this is no XPath: {}", error.message));
    let before = text[..at].trim_end();
    if text.trim_start().starts_with("$.") || text.trim_start().starts_with("$[") {
        return found.help("this looks like JSONPath: write `type: jsonpath`");
    }
    let word = rest.trim_start().split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    match rest.trim_start() {
        rest if rest.starts_with('=') && before.ends_with('=') => found.help("XPath compares by `=`"),
        rest if rest.starts_with("==") => found.help("XPath compares by `=`"),
        rest if rest.starts_with('&') => found.help("write `and`"),
        rest if rest.starts_with("||") || (rest.starts_with('|') && before.ends_with('|')) => {
            found.help("write `or`, or `concat(…)` for texts")
        }
        rest if rest.starts_with('!') && !rest.starts_with("!=") => found.help("write `not(…)`"),
        _ if matches!(
            word,
            "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "return" | "satisfies" | "then" | "in" | "to"
        ) =>
        {
            found.help("only XPath 1.0 is supported, which does not have this")
        }
        _ if ["for $", "some $", "every $", "let $", "if (", "=>", "if("].iter().any(|newer| text.contains(newer)) => {
            found.help("only XPath 1.0 is supported, which does not have this")
        }
        _ => found,
    }
}

struct Checker<'t> {
    text: &'t str,
    prefixes: BTreeSet<String>,
}

impl Checker<'_> {
    fn expression(&mut self, expression: &Expr) -> Result<(), SyntaxError> {
        match expression {
            Expr::Or(left, right)
            | Expr::And(left, right)
            | Expr::Equality(left, _, right)
            | Expr::Relational(left, _, right)
            | Expr::Additive(left, _, right)
            | Expr::Multiplicative(left, _, right)
            | Expr::Union(left, right) => {
                self.expression(left)?;
                self.expression(right)
            }
            Expr::Negate(inner) => self.expression(inner),
            Expr::Path(PathExpr::Location(path)) => self.path(path),
            Expr::Path(PathExpr::Filter(filter)) => self.filter(filter),
            Expr::Path(PathExpr::FilterLocation(filter, path)) => {
                self.filter(filter)?;
                self.path(path)
            }
        }
    }

    fn filter(&mut self, filter: &FilterExpr) -> Result<(), SyntaxError> {
        match &filter.primary {
            PrimaryExpr::Variable(name) => {
                let written = match &name.prefix {
                    Some(prefix) => format!("${prefix}:{}", name.local),
                    None => format!("${}", name.local),
                };
                let error = self.error(&written, format!("there is no variable `{written}`"));
                return Err(error.help("a runtime expression stands in braces: `'{$inputs.name}'`"));
            }
            PrimaryExpr::Parenthesized(inner) => self.expression(inner)?,
            PrimaryExpr::Literal(_) | PrimaryExpr::Number(_) => {}
            PrimaryExpr::Function(call) => {
                self.function(call)?;
                call.args.iter().try_for_each(|argument| self.expression(argument))?;
            }
        }
        filter.predicates.iter().try_for_each(|predicate| self.expression(predicate))
    }

    fn function(&self, call: &xpath_eval::FunctionCall) -> Result<(), SyntaxError> {
        let name = &call.name.local;
        if let Some(prefix) = &call.name.prefix {
            let written = format!("{prefix}:{name}");
            let error = self.error(&written, format!("XPath 1.0 has no function `{written}`"));
            return Err(if prefix == "fn" { error.help("its functions have no prefix") } else { error });
        }
        let Some((_, least, most)) = FUNCTIONS.iter().find(|(known, ..)| known == name) else {
            if let Some((_, instead)) = NEWER.iter().find(|(known, _)| known == name) {
                let error = self
                    .error(name, format!("`{name}` is a function of a later version, and only XPath 1.0 is supported"));
                return Err(match instead {
                    Some(instead) => error.help(*instead),
                    None => error,
                });
            }
            let error = self.error(name, format!("XPath 1.0 has no function `{name}`"));
            return Err(match closest(name, &FUNCTIONS.iter().map(|(known, ..)| *known).collect::<Vec<_>>()) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error,
            });
        };
        let count = call.args.len();
        if (*least..=*most).contains(&count) {
            return Ok(());
        }
        let expected = match (least, most) {
            (least, &usize::MAX) => format!("at least {least} arguments"),
            (1, 1) => "one argument".to_owned(),
            (0, 0) => "no arguments".to_owned(),
            (least, most) if least == most => format!("{least} arguments"),
            (least, most) => format!("{least} to {most} arguments"),
        };
        Err(self.error(name, format!("`{name}` takes {expected}, not {count}")))
    }

    fn path(&mut self, path: &LocationPath) -> Result<(), SyntaxError> {
        for step in &path.steps {
            match &step.node_test {
                NodeTest::NamespaceWildcard(prefix) => self.prefix(prefix),
                NodeTest::QName(name) => {
                    if let Some(prefix) = &name.prefix {
                        self.prefix(prefix);
                    }
                }
                _ => {}
            }
            step.predicates.iter().try_for_each(|predicate| self.expression(predicate))?;
        }
        Ok(())
    }

    fn prefix(&mut self, prefix: &str) {
        // It is declared everywhere.
        if prefix != "xml" {
            self.prefixes.insert(prefix.to_owned());
        }
    }

    /// An error about a word; the tree does not know where it stands.
    fn error(&self, word: &str, message: String) -> SyntaxError {
        let at = self.text.find(word).unwrap_or(0);
        SyntaxError::new(at..(at + word.len()).min(self.text.len()), message)
    }
}
