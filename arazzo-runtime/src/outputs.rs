//! A workflow's outputs: as typed values, and as they came.

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

/// An output that is there whenever its step succeeded; `step` is where it comes from.
///
/// # Errors
///
/// When it is missing or does not fit its type.
pub fn required<T: DeserializeOwned>(
    name: &str,
    step: Option<&'static str>,
    value: Json<'_>,
) -> Result<T, OutputError> {
    match value.to_value() {
        Some(value) => read(name, step, &value),
        None => Err(OutputError {
            message: format!(
                "the output `{name}` is missing: the response lacks a member that the OpenAPI description requires"
            ),
            step,
        }),
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
    T::deserialize(&*integral(value)).map_err(|error| OutputError {
        message: format!("the output `{name}` is not what the OpenAPI description says: {error}"),
        step,
    })
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

    #[test]
    fn typed_values_are_read() {
        let (text, null) = (json!("x"), json!(null));
        assert_eq!(required::<String>("a", Some("s"), Json::from(&text)).unwrap(), "x");
        assert_eq!(required::<i64>("a", None, Json::from(7)).unwrap(), 7);
        assert_eq!(optional::<String>("a", None, Json::from(&null), true).unwrap(), None);
        assert_eq!(optional::<String>("a", None, Json::Absent, true).unwrap(), None);
    }

    #[test]
    fn integral_numbers_are_integers() {
        let numbers = || Json::from(json!([5.0, {"m": -2.0}, 1.5]));
        assert_eq!(required::<Value>("n", None, numbers()).unwrap(), json!([5, {"m": -2}, 1.5]));
        assert_eq!(reached([("n", numbers())])["n"], json!([5, {"m": -2}, 1.5]));
    }

    #[test]
    fn what_does_not_fit_is_an_error_unless_the_step_failed() {
        let number = || Json::from(json!(1));
        let error = required::<String>("a", Some("s"), number()).unwrap_err();
        assert_eq!(error.step, Some("s"));
        assert!(error.message.starts_with("the output `a` is not what the OpenAPI description says: invalid type"));
        assert!(optional::<String>("a", None, number(), true).is_err());
        assert_eq!(optional::<String>("a", None, number(), false).unwrap(), None);
        assert!(required::<String>("b", None, Json::Absent).unwrap_err().message.contains("`b` is missing"));
    }

    #[test]
    fn what_was_reached_has_no_absent_outputs() {
        let outputs = reached([("a", Json::from(1)), ("b", Json::Absent), ("c", Json::Null)]);
        assert_eq!(Value::Object(outputs), json!({"a": 1, "c": null}));
    }
}
