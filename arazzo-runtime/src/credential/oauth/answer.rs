//! What a token server answers, as it is and as servers write it.

use super::Lack;
use crate::transport::{self, TransportError, TransportErrorKind};
use oauth2::HttpResponse;
use oauth2::basic::{BasicRequestTokenError, BasicTokenType};
use serde_json::{Map, Value};

/// An answer, ready to be read.
pub(super) fn incoming(response: transport::Response) -> HttpResponse {
    let body = with_seconds(&response.body).unwrap_or_else(|| response.body.into());
    let mut incoming = HttpResponse::new(body);
    *incoming.status_mut() = response.status;
    *incoming.headers_mut() = response.headers;
    incoming
}

/// The body with a number of whole seconds for `expires_in`, where a server has a text of a number, a fraction or a number
/// below zero; `None` where there is nothing to change.
fn with_seconds(body: &[u8]) -> Option<Vec<u8>> {
    let mut answer: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let written = answer.get_mut("expires_in")?;
    let seconds = match &*written {
        Value::Number(number) if !number.is_u64() => number.as_f64()?,
        Value::String(text) => text.trim().parse::<f64>().ok().filter(|seconds| seconds.is_finite())?,
        _ => return None,
    };
    // What is less than nothing becomes nothing.
    *written = (seconds as u64).into();
    serde_json::to_vec(&answer).ok()
}

/// Whether a token is used as one that whoever has it may use (RFC 6750). Another one must not be used by who does not know
/// how (RFC 6749, section 7.1).
pub(super) fn is_bearer(token_type: &BasicTokenType) -> bool {
    let name = token_type.as_ref();
    // The second is what one maker of gateways writes.
    name.eq_ignore_ascii_case("bearer") || name.eq_ignore_ascii_case("BearerToken")
}

/// Why there is no token, without anything of an answer that may hold one.
pub(super) fn explain(error: &BasicRequestTokenError<TransportError>, status: u16) -> Lack {
    let is_unexpected = matches!(
        error,
        BasicRequestTokenError::Request(error) if error.kind() == TransportErrorKind::UnexpectedRequest
    );
    let why = match error {
        BasicRequestTokenError::ServerResponse(refusal) => format!("the server answered {status}: {refusal}"),
        BasicRequestTokenError::Request(error) => error.to_string(),
        BasicRequestTokenError::Parse(error, _) if status == 200 => match error.path().to_string() {
            path if path == "." => match lacking(&error.inner().to_string()) {
                Some(member) => format!("its answer is no token response of OAuth 2: it has no member `{member}`"),
                None => "its answer is no token response of OAuth 2".to_owned(),
            },
            path => format!("its answer is no token response of OAuth 2: look at its member `{path}`"),
        },
        BasicRequestTokenError::Parse(..) => format!("the server answered {status}"),
        BasicRequestTokenError::Other(why) => format!("the server answered {status}: {why}"),
    };
    Lack { why, is_unexpected }
}

/// The member that is not there, if that is what an error says.
fn lacking(error: &str) -> Option<&str> {
    error.strip_prefix("missing field `")?.split('`').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_read_as_servers_write_them() {
        let written = |seconds: &str| {
            let body = format!(r#"{{"expires_in":{seconds}}}"#);
            with_seconds(body.as_bytes()).map(|body| String::from_utf8(body).unwrap())
        };
        for (seconds, expected) in [
            (r#""3599""#, "3599"),
            (r#"" 60 ""#, "60"),
            ("3599.5", "3599"),
            ("-1", "0"),
            (r#""-1""#, "0"),
            ("1e3", "1000"),
        ] {
            assert_eq!(written(seconds), Some(format!(r#"{{"expires_in":{expected}}}"#)), "{seconds}");
        }
        assert_eq!(written("1e30"), Some(format!(r#"{{"expires_in":{}}}"#, u64::MAX)));
        for seconds in ["3600", "0", "null", "[]", r#""soon""#, r#""""#, r#""inf""#, r#""NaN""#, "true"] {
            assert_eq!(written(seconds), None, "{seconds}");
        }
        for body in ["", "[]", "{", "{}"] {
            assert_eq!(with_seconds(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn only_bearer_tokens_are_used() {
        for (name, expected) in
            [("bearer", true), ("BEARER", true), ("bearertoken", true), ("mac", false), ("dpop", false)]
        {
            let json = serde_json::Value::from(name);
            assert_eq!(is_bearer(&serde_json::from_value(json).unwrap()), expected, "{name}");
        }
    }
}
