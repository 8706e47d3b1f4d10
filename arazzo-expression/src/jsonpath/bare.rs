//! The bare dialect: logical expressions over a document, where RFC 9535 has queries only. Authors write
//! `$.state == "active"` and `$.items.length > 0`, and mean what JavaScript would do with them:
//!
//! - what is absent is null;
//! - a path alone passes unless it is absent, null or false;
//! - a path that ends in `.length` is the length of a list or a string, unless an object has a member of that name;
//! - `==` is exact for strings, by value for numbers, deep for lists and objects, and `!=` is its negation;
//! - `<` and its like hold between two numbers or two strings, and never between anything else.
//!
//! Inside of `[?…]` RFC 9535 applies unchanged.

use super::compare::{equal, is_null, is_truthy, order};
use super::evaluate::{Context, MAX_STEPS, child};
use super::filter::{borrowed, literal_value, number};
use super::tree::{Call, Comparable, Logical, Step, Test};
use crate::condition::Operator;
use crate::expression::Operand;
use crate::json::Json;
use serde_json::Value;
use std::cmp::Ordering;

impl Logical {
    /// Whether the expression holds for a document. `expression` gives the values of runtime expressions. More work
    /// than [`MAX_STEPS`] gives false.
    #[must_use]
    pub fn bare<'x>(&self, root: &Value, expression: &dyn Fn(&Operand) -> Json<'x>) -> bool {
        self.try_bare(root, expression).unwrap_or(false)
    }

    /// [`Logical::bare`], or `None` when it is more work than [`MAX_STEPS`].
    #[must_use]
    pub fn try_bare<'x>(&self, root: &Value, expression: &dyn Fn(&Operand) -> Json<'x>) -> Option<bool> {
        Context::new(root, expression, MAX_STEPS).passes_bare(self)
    }
}

impl Call {
    /// The result of a function on the top level of the bare dialect: of `match` and `search` true or false. The
    /// arguments are read as RFC 9535 reads them. More work than [`MAX_STEPS`] gives absent.
    #[must_use]
    pub fn bare<'j, 'x: 'j>(&'j self, root: &'j Value, expression: &dyn Fn(&Operand) -> Json<'x>) -> Json<'j> {
        let context = Context::new(root, expression, MAX_STEPS);
        let result = context.call(self, root);
        if context.is_exhausted() { Json::Absent } else { result }
    }
}

impl<'v, 'x> Context<'_, 'v, 'x> {
    /// Whether an expression holds. Of one that is too much work this is not known, nor of its negation.
    pub(super) fn passes_bare(&self, logical: &Logical) -> Option<bool> {
        let passes = self.bare(logical);
        (!self.is_exhausted()).then_some(passes)
    }

    fn bare(&self, logical: &Logical) -> bool {
        match logical {
            Logical::Or(parts) => parts.iter().any(|part| self.bare(part)),
            Logical::And(parts) => parts.iter().all(|part| self.bare(part)),
            Logical::Not(inner) => !self.bare(inner),
            Logical::Compare { operator, left, right } => {
                let left = self.bare_value(left);
                bare_compare(*operator, &left, &self.bare_value(right))
            }
            Logical::Test(Test::Query(query)) => match query.singular() {
                Some(steps) => bare_test(&bare_path(self.root, &steps)),
                None => self.exists(query, self.root),
            },
            Logical::Test(Test::Function(call)) => bare_test(&self.call(call, self.root)),
            Logical::Test(Test::Expression(operand)) => bare_test(&(self.expression)(operand)),
        }
    }

    fn bare_value<'j>(&self, comparable: &'j Comparable) -> Json<'j>
    where
        'v: 'j,
        'x: 'j,
    {
        match comparable {
            Comparable::Literal(literal, _) => literal_value(literal),
            // The parser lets only singular queries be compared.
            Comparable::Query(query) => query.singular().map_or(Json::Absent, |steps| bare_path(self.root, &steps)),
            Comparable::Function(call) => self.call(call, self.root),
            Comparable::Expression(operand) => (self.expression)(operand),
        }
    }
}

/// A comparison in the bare dialect.
#[must_use]
pub fn bare_compare(operator: Operator, left: &Json<'_>, right: &Json<'_>) -> bool {
    let equal = || {
        let nothing = |json: &Json<'_>| *json == Json::Absent || is_null(json);
        match (nothing(left), nothing(right)) {
            (true, true) => true,
            (false, false) => equal(left, right, &|| true),
            _ => false,
        }
    };
    let order = || order(left, right);
    match operator {
        Operator::Equal => equal(),
        Operator::NotEqual => !equal(),
        Operator::Less => order() == Some(Ordering::Less),
        Operator::Greater => order() == Some(Ordering::Greater),
        Operator::LessOrEqual => order().is_some_and(Ordering::is_le),
        Operator::GreaterOrEqual => order().is_some_and(Ordering::is_ge),
    }
}

/// A value alone in the bare dialect: passes unless it is absent, null or false.
#[must_use]
pub fn bare_test(value: &Json<'_>) -> bool {
    is_truthy(value)
}

/// The value of a path in the bare dialect. A last step named `length` gives the number of elements of a list, or of
/// Unicode scalar values of a string.
#[must_use]
pub fn bare_path<'v>(root: &'v Value, steps: &[Step<'_>]) -> Json<'v> {
    let walk = |steps: &[Step<'_>]| steps.iter().try_fold(root, |node, step| child(node, *step));
    match steps {
        [before @ .., Step::Name("length")] => match walk(before) {
            Some(Value::Array(elements)) => number(elements.len()),
            Some(Value::String(text)) => number(text.chars().count()),
            other => borrowed(other.and_then(|node| child(node, Step::Name("length")))),
        },
        steps => borrowed(walk(steps)),
    }
}
