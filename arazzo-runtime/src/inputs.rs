//! Inputs on their way into a run: their defaults, and what their schema asks of them.

use crate::outputs::integral;
use arazzo_expression::schema::{Schema, Violation};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;

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
fn ready<T: Inputs>(mut inputs: T) -> Result<T, String> {
    inputs.fill();
    match misfits(&inputs) {
        None => Ok(inputs),
        Some(reason) => Err(reason),
    }
}

/// Inputs from values, with their defaults, when they have the types and are as their schema asks.
///
/// # Errors
///
/// What is wrong with them, in a text that shows none of the values.
pub(crate) fn read<T: DeserializeOwned + Inputs>(values: &Map<String, Value>) -> Result<T, String> {
    let attempt = |values: &Map<String, Value>| {
        let values = Value::Object(values.clone());
        T::deserialize(&*integral(&values)).map_err(|error| error.to_string())
    };
    let error = match attempt(values) {
        Ok(inputs) => return ready(inputs),
        Err(error) => error,
    };
    if missing(&error).is_some_and(|name| !values.contains_key(name)) {
        return Err(format!("`$inputs` {}", asked(&error)));
    }
    // serde does not say which member it is about: without that one it says something else, or nothing.
    let is_culprit = |name: &&String| {
        let mut others = values.clone();
        others.remove(*name);
        attempt(&others).err().as_ref() != Some(&error)
    };
    Err(match values.keys().find(is_culprit) {
        Some(name) => format!("`$inputs.{name}` {}", asked(&error)),
        None => format!("`$inputs` {}", asked(&error)),
    })
}

/// Whether inputs that a checkpoint has fit, but for some that it leaves out.
///
/// # Errors
///
/// What is wrong with them, in a text that shows none of the values.
pub fn takes<T: DeserializeOwned + Inputs>(values: &Map<String, Value>, left_out: &[&str]) -> Result<(), String> {
    if left_out.is_empty() {
        return read::<T>(values).map(drop);
    }
    // What a schema says of several members together can only be told where all of them are.
    let value = Value::Object(values.clone());
    match T::deserialize(&*integral(&value)) {
        Err(error) if missing(&error.to_string()).is_none_or(|name| !left_out.contains(&name)) => {
            read::<T>(values).map(drop)
        }
        _ => Ok(()),
    }
}

/// The member that is missing, if serde's error says so.
fn missing(error: &str) -> Option<&str> {
    error.strip_prefix("missing field `").and_then(|rest| rest.split('`').next())
}

/// What serde's error asks for: all but the value that it has met.
pub(crate) fn asked(error: &str) -> String {
    if let Some(name) = error.strip_prefix("missing field ") {
        return format!("must have the member {name}");
    }
    let Some((_, expected)) = error.rsplit_once(", expected ") else { return "has another type".to_owned() };
    match expected {
        "i64" => "must be an integer".to_owned(),
        "f64" => "must be a number".to_owned(),
        "a sequence" => "must be a list".to_owned(),
        "a map" => "must be an object".to_owned(),
        expected if expected.starts_with("struct ") => "must be an object".to_owned(),
        expected => format!("must be {expected}"),
    }
}

/// All that is wrong with inputs. The text names them as expressions do and shows none of their values.
pub(crate) fn misfits<T: Inputs>(inputs: &T) -> Option<String> {
    let schema = T::constraints()?;
    let value = serde_json::to_value(inputs).unwrap_or_default();
    let violations = schema.violations(&value);
    let texts: Vec<String> = violations.iter().map(shown).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

fn shown(violation: &Violation) -> String {
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

/// A text of the document. Generated code cannot count on `From` being in scope.
#[must_use]
pub fn text(text: &str) -> String {
    text.to_owned()
}

/// A map.
pub fn map<T, const N: usize>(members: [(String, T); N]) -> BTreeMap<String, T> {
    BTreeMap::from(members)
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

    #[derive(Debug, Serialize, serde::Deserialize)]
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
    fn what_cannot_be_read_says_which_input_it_is_and_shows_no_value() {
        let read = |values: serde_json::Value| read::<Sized>(values.as_object().unwrap()).map(|inputs| inputs.size);
        let token = "a".repeat(20);
        assert_eq!(read(serde_json::json!({"token": token, "size": 4.0})), Ok(Some(4)));
        for (values, reason) in [
            (serde_json::json!({"size": "c4nary", "token": token}), "`$inputs.size` must be an integer"),
            (serde_json::json!({"size": 4, "token": 1234}), "`$inputs.token` must be a string"),
            (serde_json::json!({"size": 4}), "`$inputs` must have the member `token`"),
            (serde_json::json!({"size": 1, "token": token}), "`$inputs.size` must be at least 2"),
        ] {
            assert_eq!(read(values), Err(reason.to_owned()));
        }
    }

    #[test]
    fn paths_are_those_of_expressions() {
        let at = |path: &[&str]| {
            shown(&Violation { path: path.iter().map(|name| (*name).to_owned()).collect(), message: "m".to_owned() })
        };
        assert_eq!(at(&[]), "`$inputs` m");
        assert_eq!(at(&["a.b"]), "`$inputs.a.b` m");
        assert_eq!(at(&["a", "0", "b/c~"]), "`$inputs.a#/0/b~1c~0` m");
    }
}
