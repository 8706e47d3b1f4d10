//! Moments as RFC 3339 writes them.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const MILLISECONDS_PER_DAY: u128 = 86_400_000;

/// A moment in UTC, to the millisecond. One before 1970 is shown as its beginning: no clock of a run is that far off.
pub(crate) struct Timestamp(pub(crate) SystemTime);

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.0.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_millis();
        let (year, month, day) = date(since / MILLISECONDS_PER_DAY);
        let time = since % MILLISECONDS_PER_DAY;
        let (hours, minutes, seconds) = (time / 3_600_000, time / 60_000 % 60, time / 1_000 % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z", time % 1_000)
    }
}

/// The year, month and day so many days after the beginning of 1970.
fn date(days: u128) -> (u128, u128, u128) {
    // Years are counted from March, so that the day that only some of them have is their last one.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u128::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_is_that_of_http_dates() {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        // 1970 to 2170, and with it the years 2000 (with a leap day) and 2100 (without).
        for day in 0..73_050_u64 {
            let moment = UNIX_EPOCH + Duration::from_secs(day * 86_400 + 49_015);
            let http = httpdate::fmt_http_date(moment);
            let (date, month, year) = (&http[5..7], &http[8..11], &http[12..16]);
            let month = MONTHS.iter().position(|known| *known == month).unwrap() + 1;
            assert_eq!(Timestamp(moment).to_string(), format!("{year}-{month:02}-{date}T13:36:55.000Z"));
        }
    }

    #[test]
    fn what_no_clock_shows_is_no_panic() {
        assert_eq!(Timestamp(UNIX_EPOCH - Duration::from_secs(1)).to_string(), "1970-01-01T00:00:00.000Z");
        let late = UNIX_EPOCH + Duration::from_millis(253_402_300_799_999);
        assert_eq!(Timestamp(late).to_string(), "9999-12-31T23:59:59.999Z");
    }
}
