//! Values that stay where they are while more are added.

use std::cell::{Cell, OnceCell};

/// Values that live as long as their slab. They can be added through a shared reference, so that what refers to one of them
/// need not know of the others.
pub(crate) struct Slab<T> {
    slots: Box<[OnceCell<T>]>,
    used: Cell<usize>,
    /// Twice as large, so that even many values make a short chain: it is followed, and freed, one by one.
    next: OnceCell<Box<Slab<T>>>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self::of(8)
    }
}

impl<T> Slab<T> {
    fn of(capacity: usize) -> Self {
        let slots = (0..capacity).map(|_| OnceCell::new()).collect();
        Self { slots, used: Cell::new(0), next: OnceCell::new() }
    }

    /// Keeps a value.
    pub(crate) fn keep(&self, value: T) -> &T {
        let mut slab = self;
        loop {
            let used = slab.used.get();
            if let Some(slot) = slab.slots.get(used) {
                slab.used.set(used + 1);
                return slot.get_or_init(|| value);
            }
            slab = slab.next.get_or_init(|| Box::new(Self::of(slab.slots.len() * 2)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_where_they_are() {
        let slab = Slab::default();
        let kept: Vec<&String> = (0..100).map(|number| slab.keep(number.to_string())).collect();
        let expected: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        assert_eq!(kept, expected.iter().collect::<Vec<_>>());
    }
}
