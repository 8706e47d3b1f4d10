//! A workflow's outputs: as typed values, and as they came.

use crate::inputs::asked;
use arazzo_expression::json::Json;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;

/// An output that is not what the OpenAPI description says.
#[derive(Debug)]
pub struct OutputError {
    pub(crate) message: String,
    pub(crate) step: Option<&'static str>,
}

/// An output that is there whenever its step succeeded; `step` is where it comes from, and `from` what the step has it of.
///
/// # Errors
///
/// When it is missing or does not fit its type.
pub fn required<T: DeserializeOwned>(
    name: &str,
    step: Option<&'static str>,
    from: &str,
    value: Json<'_>,
) -> Result<T, OutputError> {
    match value.to_value() {
        Some(value) => read(name, step, &value),
        None => {
            let lacks = if from.is_empty() { "a member".to_owned() } else { format!("`{from}`") };
            let message = format!(
                "the output `{name}` is missing: the response lacks {lacks}, which the OpenAPI description requires"
            );
            Err(OutputError { message, step })
        }
    }
}

/// An output that may be missing. `succeeded` says whether the last run of its step succeeded: after a failure the body is
/// another, and what does not fit is left out.
///
/// # Errors
///
/// When the step succeeded and the value does not fit its type.
pub fn optional<T: DeserializeOwned>(
    name: &str,
    step: Option<&'static str>,
    value: Json<'_>,
    succeeded: bool,
) -> Result<Option<T>, OutputError> {
    let Some(value) = value.to_value().filter(|value| !value.is_null()) else { return Ok(None) };
    match read(name, step, &value) {
        Err(_) if !succeeded => Ok(None),
        result => result.map(Some),
    }
}

fn read<T: DeserializeOwned>(name: &str, step: Option<&'static str>, value: &Value) -> Result<T, OutputError> {
    T::deserialize(&*integral(value)).map_err(|error| {
        let error = error.to_string();
        // serde does not say where in a value something is wrong, only of what kind it is there.
        let is_whole = match value {
            Value::Array(_) => error.starts_with("invalid type: sequence"),
            Value::Object(_) => error.starts_with("invalid type: map"),
            _ => true,
        };
        let (it, asked) = (if is_whole { "it" } else { "it, or something in it," }, asked(&error));
        let is = came(&error).map_or_else(String::new, |kind| format!(", and is {kind}"));
        let message = format!("the output `{name}` is not what the OpenAPI description says: {it} {asked}{is}");
        OutputError { message, step }
    })
}

/// What has come, by the error of serde: its kind, and not the value.
fn came(error: &str) -> Option<&'static str> {
    const KINDS: [(&str, &str); 8] = [
        ("boolean", "a boolean"),
        ("integer", "a number"),
        ("floating point", "a number"),
        ("string", "a string"),
        ("sequence", "a list"),
        ("map", "an object"),
        ("null", "null"),
        ("unit value", "null"),
    ];
    let error = error.strip_prefix("invalid type: ")?;
    KINDS.iter().find(|(kind, _)| error.starts_with(kind)).map(|(_, kind)| *kind)
}

/// The outputs as they came, without those that are absent.
#[must_use]
pub fn reached<const N: usize>(outputs: [(&str, Json<'_>); N]) -> Map<String, Value> {
    let present = outputs.into_iter().filter_map(|(name, value)| Some((name, value.into_value()?)));
    present.map(|(name, value)| (name.to_owned(), integral(&value).into_owned())).collect()
}

/// JSON Schema counts `5.0` as an integer; serde does not.
pub(crate) fn integral(value: &Value) -> Cow<'_, Value> {
    fn exact(value: &Value) -> Option<i64> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let float = value.as_number().filter(|number| number.is_f64())?.as_f64()?;
        (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i64)
    }
    fn is_integral(value: &Value) -> bool {
        match value {
            Value::Array(list) => list.iter().all(is_integral),
            Value::Object(map) => map.values().all(is_integral),
            value => exact(value).is_none(),
        }
    }
    fn convert(value: &Value) -> Value {
        match value {
            Value::Array(list) => list.iter().map(convert).collect(),
            Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), convert(value))).collect(),
            value => exact(value).map_or_else(|| value.clone(), Value::from),
        }
    }
    if is_integral(value) { Cow::Borrowed(value) } else { Cow::Owned(convert(value)) }
}

/// What the `Debug` form of inputs shows in place of a secret.
pub struct Masked;

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(crate::secrets::MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[test]
    fn typed_values_are_read() {
        let (text, null) = (json!("x"), json!(null));
        assert_eq!(required::<String>("a", Some("s"), "", Json::from(&text)).unwrap(), "x");
        assert_eq!(required::<i64>("a", None, "", Json::from(7)).unwrap(), 7);
        assert_eq!(optional::<String>("a", None, Json::from(&null), true).unwrap(), None);
        assert_eq!(optional::<String>("a", None, Json::Absent, true).unwrap(), None);
    }

    #[test]
    fn integral_numbers_are_integers() {
        let numbers = || Json::from(json!([5.0, {"m": -2.0}, 1.5]));
        assert_eq!(required::<Value>("n", None, "", numbers()).unwrap(), json!([5, {"m": -2}, 1.5]));
        assert_eq!(reached([("n", numbers())])["n"], json!([5, {"m": -2}, 1.5]));
    }

    #[test]
    fn what_does_not_fit_is_an_error_unless_the_step_failed() {
        let number = || Json::from(json!(1));
        let error = required::<String>("a", Some("s"), "", number()).unwrap_err();
        assert_eq!(error.step, Some("s"));
        assert_eq!(
            error.message,
            "the output `a` is not what the OpenAPI description says: it must be a string, and is a number"
        );
        assert!(optional::<String>("a", None, number(), true).is_err());
        assert_eq!(optional::<String>("a", None, number(), false).unwrap(), None);
    }

    /// What a server has sent may be private, and has any length.
    #[test]
    fn no_value_stands_in_a_message() {
        type Lists = BTreeMap<String, Vec<f64>>;
        let says = |value: Value| required::<Lists>("a", None, "", Json::from(value)).unwrap_err().message;
        for (value, expected) in [
            (json!("private"), "it must be an object, and is a string"),
            (json!([]), "it must be an object, and is a list"),
            (json!(null), "it must be an object, and is null"),
            (json!({"m": {"private": 1}}), "it must be a list, and is an object"),
            (json!({"m": [1, "private"]}), "it, or something in it, must be a number, and is a string"),
            (json!({"m": [true]}), "it, or something in it, must be a number, and is a boolean"),
        ] {
            let begin = "the output `a` is not what the OpenAPI description says: ";
            assert_eq!(says(value), format!("{begin}{expected}"));
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let lacks = |from| required::<String>("b", None, from, Json::Absent).unwrap_err().message;
        let required = "which the OpenAPI description requires";
        let expected = format!("the output `b` is missing: the response lacks `$response.body#/id`, {required}");
        assert_eq!(lacks("$response.body#/id"), expected);
        assert_eq!(lacks(""), format!("the output `b` is missing: the response lacks a member, {required}"));
    }

    #[test]
    fn what_was_reached_has_no_absent_outputs() {
        let outputs = reached([("a", Json::from(1)), ("b", Json::Absent), ("c", Json::Null)]);
        assert_eq!(Value::Object(outputs), json!({"a": 1, "c": null}));
    }
}
