//! The pause between rounds of a loop.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// How long a run waits before a `goto` to the same or an earlier step, and before a `retry` for which neither the
/// document nor the server asks for a delay. Pauses grow from round to round; growth starts anew when the loop is left.
///
/// A `Retry-After` header of the response (RFC 9110, section 10.2.3) takes the place of the pause and, as the specification asks,
/// of the `retryAfter` of a `retry` ([Failure Action Object](https://spec.openapis.org/arazzo/latest.html#failure-action-object)),
/// up to [`Pacing::longest_retry_after`]. It makes no loop go faster than [`Pacing::first`], or than a `retryAfter` that is
/// shorter: a server that always says "at once" is not asked all the time.
///
/// ```
/// use arazzo_runtime::Pacing;
/// use std::time::Duration;
/// let pacing = Pacing::default().first(Duration::from_millis(200)).growth(2.0).ceiling(Duration::from_secs(5));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Pacing {
    first: Duration,
    growth: f64,
    ceiling: Duration,
    jitter: f64,
    longest_retry_after: Duration,
    never_waits: bool,
}

impl Default for Pacing {
    /// Half a second at first, half as much again each round, at most ten seconds, give or take a tenth; a `Retry-After`
    /// header is obeyed up to five minutes.
    fn default() -> Self {
        Self {
            first: Duration::from_millis(500),
            growth: 1.5,
            ceiling: Duration::from_secs(10),
            jitter: 0.1,
            longest_retry_after: Duration::from_secs(300),
            never_waits: false,
        }
    }
}

impl Pacing {
    /// Never waits, whatever the document and the server ask for, nor before a request is [sent again](crate::Resend): for
    /// tests against a server of your own.
    #[must_use]
    pub fn none() -> Self {
        Self { never_waits: true, ..Self::default() }
    }

    /// The pause before the second round of a loop, and the shortest one that a `Retry-After` header makes.
    #[must_use]
    pub fn first(mut self, pause: Duration) -> Self {
        self.first = pause;
        self
    }

    /// What each pause is multiplied by to give the next; less than one (and not a number) counts as one.
    #[must_use]
    pub fn growth(mut self, factor: f64) -> Self {
        self.growth = if factor.is_finite() { factor.max(1.0) } else { 1.0 };
        self
    }

    /// The longest pause, before chance makes it longer or shorter.
    #[must_use]
    pub fn ceiling(mut self, pause: Duration) -> Self {
        self.ceiling = pause;
        self
    }

    /// The share of a pause by which chance makes it longer or shorter, from `0.0` to `1.0`: it keeps many runs from
    /// asking at the same moment.
    #[must_use]
    pub fn jitter(mut self, share: f64) -> Self {
        self.jitter = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        self
    }

    /// The longest `Retry-After` that is obeyed; a longer one is cut to this.
    #[must_use]
    pub fn longest_retry_after(mut self, pause: Duration) -> Self {
        self.longest_retry_after = pause;
        self
    }

    pub(crate) fn never_waits(&self) -> bool {
        self.never_waits
    }

    /// The pause before the round after `rounds` repetitions.
    pub(crate) fn pause(&self, rounds: u32) -> Duration {
        if self.never_waits {
            return Duration::ZERO;
        }
        let ceiling = self.ceiling.as_secs_f64();
        let exponent = i32::try_from(rounds).unwrap_or(i32::MAX);
        let pause = (self.first.as_secs_f64() * self.growth.powi(exponent)).min(ceiling);
        let chance = if self.jitter > 0.0 { self.jitter * (2.0 * random_share() - 1.0) } else { 0.0 };
        Duration::try_from_secs_f64(pause * (1.0 + chance)).unwrap_or(self.ceiling)
    }

    /// The delay that a server or a document asked for, as far as it is obeyed.
    pub(crate) fn asked(&self, retry_after_header: Option<Duration>, document: Option<Duration>) -> Option<Duration> {
        let shortest = document.map_or(self.first, |document| document.min(self.first));
        let asked = retry_after_header.map(|delay| self.obeyed(delay.max(shortest))).or(document)?;
        Some(if self.never_waits { Duration::ZERO } else { asked })
    }

    /// As much of what a `Retry-After` header asks for as is obeyed.
    pub(crate) fn obeyed(&self, delay: Duration) -> Duration {
        delay.min(self.longest_retry_after)
    }
}

/// A number from 0 to 1 that differs from call to call. Chance good enough to spread requests needs no crate.
fn random_share() -> f64 {
    let bits = RandomState::new().hash_one(0_u8) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_ceiling() {
        let pacing = Pacing::default().jitter(0.0).first(Duration::from_secs(1)).growth(2.0);
        let pauses: Vec<_> = (0..6).map(|round| pacing.pause(round).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 10, 10]);
        assert_eq!(pacing.pause(u32::MAX), Duration::from_secs(10));
    }

    #[test]
    fn chance_stays_within_its_share() {
        let pacing = Pacing::default().jitter(0.5).first(Duration::from_secs(4));
        for _ in 0..200 {
            let pause = pacing.pause(0).as_secs_f64();
            assert!((2.0..=6.0).contains(&pause), "{pause}");
        }
    }

    #[test]
    fn settings_out_of_range_are_harmless() {
        let pacing = Pacing::default().jitter(f64::NAN).growth(f64::INFINITY).first(Duration::MAX);
        assert_eq!(pacing.pause(9), Duration::from_secs(10));
    }

    #[test]
    fn the_header_overrules_the_document() {
        let (header, document) = (Some(Duration::from_secs(400)), Some(Duration::from_secs(2)));
        assert_eq!(Pacing::default().asked(header, document), Some(Duration::from_secs(300)));
        assert_eq!(Pacing::default().asked(None, document), document);
        let (now, soon) = (Some(Duration::ZERO), Some(Duration::from_millis(100)));
        assert_eq!(Pacing::default().asked(now, None), Some(Duration::from_millis(500)), "the first pause at least");
        assert_eq!(Pacing::default().asked(now, document), Some(Duration::from_millis(500)));
        assert_eq!(Pacing::default().asked(now, soon), soon);
        let impatient = Pacing::default().longest_retry_after(Duration::ZERO);
        assert_eq!(impatient.asked(header, None), Some(Duration::ZERO));
        assert_eq!(Pacing::default().asked(None, None), None);
        assert_eq!(Pacing::none().asked(header, document), Some(Duration::ZERO));
        assert_eq!(Pacing::none().pause(3), Duration::ZERO);
    }
}
