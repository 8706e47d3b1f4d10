//! What a test finds at its end.

use std::error::Error as StdError;
use std::fmt;

/// Why a run was not what a script or a recording says: of [`Mock::finish`](super::Mock::finish) and
/// [`Replay::finish`](super::Replay::finish).
pub struct Unfinished {
    message: String,
}

impl Unfinished {
    /// The error of a message, if there is one.
    pub(super) fn unless_empty(message: &str) -> Result<(), Self> {
        if message.is_empty() { Ok(()) } else { Err(Self { message: message.trim_end().to_owned() }) }
    }
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Unfinished {
    /// The message, as a test shows it that ends with the error.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Unfinished {}
