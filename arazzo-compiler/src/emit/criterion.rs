//! Criteria as Rust conditions.

use super::{At, Emitter};
use crate::resolve::{Bare, Condition, Criterion, Filling, Reference, Root, Test, Value, Written};
use arazzo_expression::condition::Operator;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

impl Emitter<'_, '_> {
    /// A criterion as a condition.
    pub(super) fn criterion(&self, criterion: &Criterion, step: usize) -> TokenStream {
        match &criterion.test {
            None => quote! { false },
            Some(Test::Simple(condition)) => self.condition(condition, step),
            Some(Test::Regex { context, pattern }) => {
                let context = self.reference(context, At::Exchange(step));
                match pattern {
                    Written::Fixed(pattern) => quote! {{
                        static PATTERN: ::std::sync::LazyLock<rt::Regex> = ::std::sync::LazyLock::new(|| rt::regex(#pattern));
                        rt::matches(&PATTERN, &#context, run.notes())
                    }},
                    Written::Filled(parts) => {
                        let (text, parts) = (&criterion.text, self.fillings(parts, step));
                        quote! { rt::matches_filled(#text, &[#parts], &#context, run.notes()) }
                    }
                }
            }
            Some(Test::Query { context, query, for_object }) => {
                let guard = is_whole_body(context).then(|| quote! { exchange.body_is_structured(run.notes()) && });
                let context = self.reference(context, At::Exchange(step));
                let is_on_object = for_object.is_some();
                let on_object = is_on_object.then(|| quote! { .on_object() });
                match query {
                    Written::Fixed(query) => quote! { #guard {
                        static QUERY: ::std::sync::LazyLock<rt::Query> = ::std::sync::LazyLock::new(|| rt::query(#query)#on_object);
                        rt::selects(&QUERY, &#context, run.notes())
                    }},
                    Written::Filled(parts) => {
                        let (text, parts) = (&criterion.text, self.fillings(parts, step));
                        quote! { #guard rt::selects_filled(#text, &[#parts], #is_on_object, &#context, run.notes()) }
                    }
                }
            }
            Some(Test::Draft { context, query }) => {
                let guard = is_whole_body(context).then(|| quote! { exchange.body_is_structured(run.notes()) && });
                let context = self.reference(context, At::Exchange(step));
                match query {
                    Written::Fixed(query) => quote! { #guard {
                        static QUERY: ::std::sync::LazyLock<rt::Draft> = ::std::sync::LazyLock::new(|| rt::draft(#query));
                        rt::draft_selects(&QUERY, &#context, run.notes())
                    }},
                    Written::Filled(parts) => {
                        let (text, parts) = (&criterion.text, self.fillings(parts, step));
                        quote! { #guard rt::draft_selects_filled(#text, &[#parts], &#context, run.notes()) }
                    }
                }
            }
            Some(Test::XPath { context, expression }) => {
                let context = self.reference(context, At::Exchange(step));
                match expression {
                    Written::Fixed(text) => quote! {{
                        static XPATH: ::std::sync::LazyLock<rt::XPath> = ::std::sync::LazyLock::new(|| rt::xpath(#text));
                        rt::xpath_holds(&XPATH, &#context, run.notes())
                    }},
                    Written::Filled(parts) => {
                        let (text, parts) = (&criterion.text, self.fillings(parts, step));
                        quote! { rt::xpath_holds_filled(#text, &[#parts], &#context, run.notes()) }
                    }
                }
            }
            Some(Test::FilledBare { context, text: parts, operands }) => {
                let guard = is_whole_body(context).then(|| quote! { exchange.body_is_structured(run.notes()) && });
                let (text, parts) = (&criterion.text, self.fillings(parts, step));
                let context = self.reference(context, At::Exchange(step));
                let operands = operands.iter().map(|operand| self.reference(operand, At::Exchange(step)));
                quote! { #guard rt::holds_filled(#text, &[#parts], &#context, &[#(#operands),*], run.notes()) }
            }
            Some(Test::Bare { context, logical }) => {
                let guard = self.structured(&criterion.text, context, step);
                let logical = self.bare(logical, context, step);
                quote! { #guard && #logical }
            }
        }
    }

    /// All criteria of a list as one condition.
    pub(super) fn all(&self, criteria: &[Criterion], step: usize) -> TokenStream {
        let criteria = criteria.iter().map(|criterion| {
            let tokens = self.criterion(criterion, step);
            if criteria.len() > 1 {
                quote! { (#tokens) }
            } else {
                tokens
            }
        });
        quote! { #(#criteria)&&* }
    }

    /// The parts of a pattern or query.
    fn fillings(&self, parts: &[Filling], step: usize) -> TokenStream {
        let parts = parts.iter().map(|part| match part {
            Filling::Literal(text) => quote! { rt::Part::Text(#text) },
            Filling::Value { reference, text, quote: None } => {
                let value = self.reference(reference, At::Exchange(step));
                quote! { rt::Part::Value(#text, #value) }
            }
            Filling::Value { reference, text, quote: Some(quote) } => {
                let value = self.reference(reference, At::Exchange(step));
                quote! { rt::Part::Quoted(#quote, #text, #value) }
            }
        });
        quote! { #(#parts),* }
    }

    /// JSONPath looks into lists and objects only.
    fn structured(&self, condition: &str, context: &Reference, step: usize) -> TokenStream {
        if is_whole_body(context) {
            return quote! { exchange.body_is_structured(run.notes()) };
        }
        let context = self.reference(context, At::Exchange(step));
        quote! { rt::is_structured(#condition, &#context, run.notes()) }
    }

    fn condition(&self, condition: &Condition, step: usize) -> TokenStream {
        match condition {
            Condition::Or(parts) => join(parts.iter().map(|part| self.condition(part, step)), &quote! { || }),
            Condition::And(parts) => join(parts.iter().map(|part| self.condition(part, step)), &quote! { && }),
            Condition::Not(inner) => {
                let inner = self.condition(inner, step);
                quote! { !(#inner) }
            }
            Condition::Compare(operator, left, right) => status(*operator, left, right).unwrap_or_else(|| {
                let (left, right, operator) =
                    (self.side(left, step), self.side(right, step), operator_tokens(*operator));
                quote! { rt::compare(#operator, &#left, &#right) }
            }),
            Condition::Test(value) => {
                let value = self.side(value, step);
                quote! { rt::truthy(&#value) }
            }
        }
    }

    fn bare(&self, bare: &Bare, context: &Reference, step: usize) -> TokenStream {
        match bare {
            Bare::Or(parts) => join(parts.iter().map(|part| self.bare(part, context, step)), &quote! { || }),
            Bare::And(parts) => join(parts.iter().map(|part| self.bare(part, context, step)), &quote! { && }),
            Bare::Not(inner) => {
                let inner = self.bare(inner, context, step);
                quote! { !(#inner) }
            }
            Bare::Compare(operator, left, right) => {
                let (left, right, operator) =
                    (self.side(left, step), self.side(right, step), operator_tokens(*operator));
                quote! { rt::jsonpath::bare_compare(#operator, &#left, &#right) }
            }
            Bare::Test(value) => {
                let value = self.side(value, step);
                quote! { rt::jsonpath::bare_test(&#value) }
            }
            Bare::Engine(text, references) => {
                let context = self.reference(context, At::Exchange(step));
                let values = references.iter().map(|reference| self.reference(reference, At::Exchange(step)));
                quote! {{
                    static LOGICAL: ::std::sync::LazyLock<rt::Logical> = ::std::sync::LazyLock::new(|| rt::logical(#text));
                    rt::holds(&LOGICAL, &#context, &[#(#values),*], run.notes())
                }}
            }
        }
    }
}

fn is_whole_body(context: &Reference) -> bool {
    context.root == Root::ResponseBody && context.path.is_empty()
}

/// A list of conditions in parentheses.
fn join(parts: impl Iterator<Item = TokenStream>, operator: &TokenStream) -> TokenStream {
    let mut joined = TokenStream::new();
    for part in parts {
        if !joined.is_empty() {
            joined.extend(operator.clone());
        }
        joined.extend(part);
    }
    quote! { (#joined) }
}

/// `$statusCode` against an integer: a comparison of numbers, which is what nearly every success criterion is.
fn status(operator: Operator, left: &Value, right: &Value) -> Option<TokenStream> {
    let is_status = |value: &Value| matches!(value, Value::Expression(Reference { root: Root::Status, path, .. }) if path.is_empty());
    let integer = |value: &Value| match value {
        Value::Number(number) => number.as_u64().and_then(|number| u16::try_from(number).ok()),
        _ => None,
    };
    let integer = |value: &Value| integer(value).map(Literal::u16_unsuffixed);
    let (operator, number) = if is_status(left) {
        (operator, integer(right)?)
    } else if is_status(right) {
        (mirrored(operator), integer(left)?)
    } else {
        return None;
    };
    let some = quote! { ::core::option::Option::Some(#number) };
    Some(match operator {
        Operator::Equal => quote! { exchange.status() == #some },
        Operator::NotEqual => quote! { exchange.status() != #some },
        Operator::Less => quote! { exchange.status().is_some_and(|status| status < #number) },
        Operator::LessOrEqual => quote! { exchange.status().is_some_and(|status| status <= #number) },
        Operator::Greater => quote! { exchange.status().is_some_and(|status| status > #number) },
        Operator::GreaterOrEqual => quote! { exchange.status().is_some_and(|status| status >= #number) },
    })
}

fn mirrored(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterOrEqual => Operator::LessOrEqual,
        same => same,
    }
}

fn operator_tokens(operator: Operator) -> TokenStream {
    match operator {
        Operator::Equal => quote! { rt::Operator::Equal },
        Operator::NotEqual => quote! { rt::Operator::NotEqual },
        Operator::Less => quote! { rt::Operator::Less },
        Operator::LessOrEqual => quote! { rt::Operator::LessOrEqual },
        Operator::Greater => quote! { rt::Operator::Greater },
        Operator::GreaterOrEqual => quote! { rt::Operator::GreaterOrEqual },
    }
}
