//! The `Retry-After` header (RFC 9110, section 10.2.3).

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use std::time::{Duration, SystemTime};

/// The delay that the header asks for. A date counts from the one that the response itself has, if it has one: the clock of the
/// server need not be that of this machine, where it is `now`. A date in the past is no delay; what is neither seconds nor a
/// date is ignored.
pub(crate) fn retry_after(headers: &HeaderMap, now: impl FnOnce() -> SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let sent = headers.get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?.trim()).ok());
    Some(until.duration_since(sent.unwrap_or_else(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Option<Duration> {
        read_at(None, value)
    }

    /// `date` is when the server says that it has answered.
    fn read_at(date: Option<&str>, value: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        headers.extend(date.map(|date| (DATE, date.parse().unwrap())));
        retry_after(&headers, || SystemTime::UNIX_EPOCH + Duration::from_secs(10))
    }

    #[test]
    fn reads_seconds_and_dates() {
        assert_eq!(read("120"), Some(Duration::from_secs(120)));
        assert_eq!(read("Thu, 01 Jan 1970 00:01:00 GMT"), Some(Duration::from_secs(50)));
        assert_eq!(read("Thu, 01 Jan 1970 00:00:01 GMT"), Some(Duration::ZERO));
        assert_eq!(read("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
    }

    #[test]
    fn a_date_counts_from_that_of_the_response() {
        let until = "Fri, 27 Nov 2026 10:01:00 GMT";
        assert_eq!(read_at(Some("Fri, 27 Nov 2026 10:00:30 GMT"), until), Some(Duration::from_secs(30)));
        assert_eq!(read_at(Some("Fri, 27 Nov 2026 10:02:00 GMT"), until), Some(Duration::ZERO));
        assert_eq!(read_at(Some("Fri, 27 Nov 2026 10:00:30 GMT"), "5"), Some(Duration::from_secs(5)));
        assert_eq!(read_at(Some("today"), "Thu, 01 Jan 1970 00:01:00 GMT"), Some(Duration::from_secs(50)));
    }

    #[test]
    fn ignores_what_it_cannot_read() {
        for text in ["", "soon", "-1", "1.5", "1 s"] {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), SystemTime::now), None);
    }
}
