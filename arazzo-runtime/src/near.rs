//! The name that may be meant.

/// The name that differs least from another one, if it differs by little.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let length = name.chars().count();
    let allowed = (length / 3).max(1);
    let near = known.into_iter().filter(|other| other.chars().count().abs_diff(length) <= allowed);
    let (edits, nearest) = near.map(|other| (edits(name, other), other)).min()?;
    (edits <= allowed).then_some(nearest)
}

/// How many characters are to be added, left out or changed; the case of a letter counts for nothing.
fn edits(from: &str, to: &str) -> usize {
    let lower = |text: &str| text.to_lowercase().chars().collect::<Vec<char>>();
    let (from, to) = (lower(from), lower(to));
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, left) in from.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (place, right) in to.iter().enumerate() {
            let changed = diagonal + usize::from(left != right);
            diagonal = row[place + 1];
            row[place + 1] = changed.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_edits() {
        for (from, to, expected) in
            [("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3), ("getThing", "GetThing", 0)]
        {
            assert_eq!(edits(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn only_what_is_near_may_be_meant() {
        let known = ["getSandbox", "forkSandbox", "x"];
        assert_eq!(nearest("getSandbx", known), Some("getSandbox"));
        assert_eq!(nearest("listVolumes", known), None);
        assert_eq!(nearest("y", known), Some("x"));
        assert_eq!(nearest("getSandbox", []), None);
    }
}
