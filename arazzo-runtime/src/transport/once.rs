//! Something that is made when it is first needed.

use std::sync::{Mutex, OnceLock, PoisonError};

/// Something that is made when it is first needed. Whoever needs it while it is made waits; that it could not be made is not
/// remembered, as what is missing may be there the next time.
#[derive(Debug)]
pub(super) struct Once<T> {
    made: OnceLock<T>,
    making: Mutex<()>,
}

impl<T> Once<T> {
    pub(super) const fn new() -> Self {
        Self { made: OnceLock::new(), making: Mutex::new(()) }
    }

    /// One that is there already.
    pub(super) fn with(made: T) -> Self {
        Self { made: OnceLock::from(made), making: Mutex::new(()) }
    }

    /// It, if it was made.
    pub(super) fn get(&self) -> Option<&T> {
        self.made.get()
    }

    pub(super) fn get_or_make<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        if let Some(made) = self.made.get() {
            return Ok(made);
        }
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = self.made.get() {
            return Ok(made);
        }
        let made = make()?;
        Ok(self.made.get_or_init(|| made))
    }

    #[cfg(test)]
    pub(super) fn is_made(&self) -> bool {
        self.made.get().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_and_a_failure_is_forgotten() {
        let once = Once::new();
        assert_eq!(once.get_or_make(|| Err("not yet")), Err("not yet"));
        assert_eq!(once.get_or_make(|| Ok::<_, &str>(7)), Ok(&7));
        assert_eq!(once.get_or_make(|| Err("it is there")), Ok(&7));
        assert!(once.is_made());
        assert_eq!(Once::with(8).get_or_make(|| Err("it is there")), Ok(&8));
    }
}
