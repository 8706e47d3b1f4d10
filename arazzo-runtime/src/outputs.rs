//! A workflow's outputs: as they came, and as typed values.

use arazzo_expression::json::Json;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::fmt;

/// Outputs as they came, by name.
#[derive(Debug, Default, Clone)]
pub struct Outputs {
    values: Map<String, Value>,
}

/// An output that is not what the OpenAPI description says.
#[derive(Debug)]
pub struct OutputError {
    pub(crate) message: String,
    pub(crate) step: Option<&'static str>,
}

impl Outputs {
    /// No outputs yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets an output, unless it is absent.
    pub fn set(&mut self, name: &str, value: Json<'_>) {
        if let Some(value) = value.into_value() {
            self.values.insert(name.to_owned(), integral(value));
        }
    }

    /// The value of an output that is there whenever its step succeeded; `step` is where it comes from.
    ///
    /// # Errors
    ///
    /// When it is missing or does not fit its type.
    pub fn required<'v, T: Deserialize<'v>>(
        &'v self,
        name: &str,
        step: Option<&'static str>,
    ) -> Result<T, OutputError> {
        match self.values.get(name) {
            Some(value) => read(name, value, step),
            None => Err(OutputError {
                message: format!(
                    "the output `{name}` is missing: the response lacks a member that the OpenAPI description requires"
                ),
                step,
            }),
        }
    }

    /// The value of an output that may be missing. `succeeded` says whether the last run of its step succeeded: after a
    /// failure the body is another, and what does not fit is left out.
    ///
    /// # Errors
    ///
    /// When the step succeeded and the value does not fit its type.
    pub fn optional<'v, T: Deserialize<'v>>(
        &'v self,
        name: &str,
        step: Option<&'static str>,
        succeeded: bool,
    ) -> Result<Option<T>, OutputError> {
        match self.values.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match read(name, value, step) {
                Err(_) if !succeeded => Ok(None),
                result => result.map(Some),
            },
        }
    }

    pub(crate) fn into_values(self) -> Map<String, Value> {
        self.values
    }
}

fn read<'v, T: Deserialize<'v>>(name: &str, value: &'v Value, step: Option<&'static str>) -> Result<T, OutputError> {
    T::deserialize(value).map_err(|error| OutputError {
        message: format!("the output `{name}` is not what the OpenAPI description says: {error}"),
        step,
    })
}

/// JSON Schema counts `5.0` as an integer; serde does not.
fn integral(value: Value) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() <= EXACT => Value::from(float as i64),
            _ => Value::Number(number),
        },
        Value::Array(list) => list.into_iter().map(integral).collect(),
        Value::Object(map) => map.into_iter().map(|(name, value)| (name, integral(value))).collect(),
        other => other,
    }
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
        let mut outputs = Outputs::new();
        outputs.set("a", Json::from(json!("x")));
        outputs.set("n", Json::from(json!(null)));
        outputs.set("absent", Json::Absent);
        assert_eq!(outputs.required::<String>("a", Some("s")).unwrap(), "x");
        assert_eq!(outputs.optional::<String>("n", None, true).unwrap(), None);
        assert_eq!(outputs.optional::<String>("absent", None, true).unwrap(), None);
    }

    #[test]
    fn integral_numbers_are_integers() {
        let mut outputs = Outputs::new();
        outputs.set("n", Json::from(json!([5.0, {"m": -2.0}, 1.5])));
        assert_eq!(outputs.required::<Value>("n", None).unwrap(), json!([5, {"m": -2}, 1.5]));
    }

    #[test]
    fn what_does_not_fit_is_an_error_unless_the_step_failed() {
        let mut outputs = Outputs::new();
        outputs.set("a", Json::from(json!(1)));
        let error = outputs.required::<String>("a", Some("s")).unwrap_err();
        assert_eq!(error.step, Some("s"));
        assert!(error.message.starts_with("the output `a` is not what the OpenAPI description says: invalid type"));
        assert!(outputs.optional::<String>("a", None, true).is_err());
        assert_eq!(outputs.optional::<String>("a", None, false).unwrap(), None);
        assert!(outputs.required::<String>("b", Some("s")).unwrap_err().message.contains("`b` is missing"));
    }
}
