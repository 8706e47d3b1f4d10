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
            self.values.insert(name.to_owned(), value);
        }
    }

    /// The value of an output that is there whenever its step succeeded.
    ///
    /// # Errors
    ///
    /// When it is missing or does not fit its type.
    pub fn required<'v, T: Deserialize<'v>>(&'v self, name: &str) -> Result<T, OutputError> {
        let value = self.values.get(name).ok_or_else(|| OutputError {
            message: format!(
                "the output `{name}` is missing: the response does not have a member that the OpenAPI description requires"
            ),
        })?;
        read(name, value)
    }

    /// The value of an output that may be missing. `succeeded` says whether the last run of its step succeeded: after a
    /// failure the body is another, and what does not fit is left out.
    ///
    /// # Errors
    ///
    /// When the step succeeded and the value does not fit its type.
    pub fn optional<'v, T: Deserialize<'v>>(&'v self, name: &str, succeeded: bool) -> Result<Option<T>, OutputError> {
        match self.values.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match read(name, value) {
                Err(_) if !succeeded => Ok(None),
                result => result.map(Some),
            },
        }
    }

    pub(crate) fn into_values(self) -> Map<String, Value> {
        self.values
    }
}

fn read<'v, T: Deserialize<'v>>(name: &str, value: &'v Value) -> Result<T, OutputError> {
    T::deserialize(value).map_err(|error| OutputError {
        message: format!("the output `{name}` is not what the OpenAPI description says: {error}"),
    })
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
        assert_eq!(outputs.required::<String>("a").unwrap(), "x");
        assert_eq!(outputs.optional::<String>("n", true).unwrap(), None);
        assert_eq!(outputs.optional::<String>("absent", true).unwrap(), None);
    }

    #[test]
    fn what_does_not_fit_is_an_error_unless_the_step_failed() {
        let mut outputs = Outputs::new();
        outputs.set("a", Json::from(json!(1)));
        let error = outputs.required::<String>("a").unwrap_err();
        assert!(error.message.starts_with("the output `a` is not what the OpenAPI description says: invalid type"));
        assert!(outputs.optional::<String>("a", true).is_err());
        assert_eq!(outputs.optional::<String>("a", false).unwrap(), None);
        assert!(outputs.required::<String>("b").unwrap_err().message.contains("`b` is missing"));
    }
}
