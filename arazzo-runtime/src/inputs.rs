//! Inputs on their way into a run: their defaults, and what their schema asks of them.

use arazzo_expression::schema::{Schema, Violation};
use serde::Serialize;
use serde_json::{Number, Value};

/// The inputs of a workflow.
pub trait Inputs: Serialize {
    /// Gives those that were left out their defaults.
    fn fill(&mut self) {}

    /// What their schema asks beyond what their types guarantee.
    #[must_use]
    fn constraints() -> Option<&'static Schema> {
        None
    }
}

/// Inputs with their defaults, when they are as their schema asks.
///
/// # Errors
///
/// All that is wrong with them, in a text that shows none of the values.
pub fn ready<T: Inputs>(mut inputs: T) -> Result<T, String> {
    inputs.fill();
    match misfits(&inputs) {
        None => Ok(inputs),
        Some(reason) => Err(reason),
    }
}

/// All that is wrong with inputs. The text names them as expressions do and shows none of their values.
pub(crate) fn misfits<T: Inputs>(inputs: &T) -> Option<String> {
    let schema = T::constraints()?;
    let value = serde_json::to_value(inputs).unwrap_or_default();
    let violations = schema.violations(&value);
    let texts: Vec<String> = violations.iter().map(text).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

fn text(violation: &Violation) -> String {
    let Violation { path, message } = violation;
    match path.split_first() {
        None => format!("`$inputs` {message}"),
        Some((name, [])) => format!("`$inputs.{name}` {message}"),
        Some((name, rest)) => {
            let escaped: Vec<String> = rest.iter().map(|name| name.replace('~', "~0").replace('/', "~1")).collect();
            format!("`$inputs.{name}#/{}` {message}", escaped.join("/"))
        }
    }
}

/// An object, as a document writes it.
pub fn members<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A number that is no integer.
#[must_use]
pub fn float(number: f64) -> Number {
    Number::from_f64(number).unwrap_or_else(|| Number::from(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arazzo_expression::schema::Check;
    use std::sync::LazyLock;

    #[derive(Serialize)]
    struct Sized {
        size: Option<i64>,
        token: String,
    }

    impl Inputs for Sized {
        fn fill(&mut self) {
            self.size.get_or_insert(3);
        }

        fn constraints() -> Option<&'static Schema> {
            static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
                let properties = vec![("size".to_owned(), 1), ("token".to_owned(), 2)];
                Schema::new(vec![
                    vec![Check::Properties(properties), Check::MaxProperties(2)],
                    vec![Check::Minimum(2.into())],
                    vec![Check::MinLength(20)],
                ])
            });
            Some(&SCHEMA)
        }
    }

    #[test]
    fn defaults_are_filled_in_before_the_check() {
        let inputs = ready(Sized { size: None, token: "a".repeat(20) }).map_err(|_| ()).unwrap();
        assert_eq!(inputs.size, Some(3));
    }

    #[test]
    fn all_that_is_wrong_is_said_and_nothing_of_the_values() {
        let Err(reason) = ready(Sized { size: Some(1), token: "c4nary".to_owned() }) else { panic!("is ready") };
        assert_eq!(reason, "`$inputs.size` must be at least 2; `$inputs.token` must have at least 20 characters");
    }

    #[test]
    fn paths_are_those_of_expressions() {
        let at = |path: &[&str]| {
            text(&Violation { path: path.iter().map(|name| (*name).to_owned()).collect(), message: "m".to_owned() })
        };
        assert_eq!(at(&[]), "`$inputs` m");
        assert_eq!(at(&["a.b"]), "`$inputs.a.b` m");
        assert_eq!(at(&["a", "0", "b/c~"]), "`$inputs.a#/0/b~1c~0` m");
    }
}
