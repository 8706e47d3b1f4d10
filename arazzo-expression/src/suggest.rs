//! "Did you mean …": the word of a list that a misspelt one is closest to.

/// The candidate that `word` is most probably a misspelling of. Letter case does not count as a difference.
pub(crate) fn closest(word: &str, candidates: &[&'static str]) -> Option<&'static str> {
    // Anything longer than every candidate and its allowance is no misspelling, and need not be measured.
    if word.is_empty() || word.len() > 32 {
        return None;
    }
    let word: Vec<char> = word.to_lowercase().chars().collect();
    candidates
        .iter()
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.to_lowercase().chars().collect();
            let distance = distance(&word, &letters);
            let allowed = match letters.len() {
                0..=5 => 1,
                6..=9 => 2,
                _ => 3,
            };
            // Two slips and another first letter are another word.
            let plausible = distance <= 1 || word.first() == letters.first();
            (distance <= allowed && plausible).then_some((distance, *candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The number of letters to insert, delete, change or swap with their neighbour.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (i, letter) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in to.iter().enumerate() {
            let mut best = (last[j] + usize::from(letter != other)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == to[j - 1] && from[i - 1] == *other {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 4] = ["url", "inputs", "outputs", "sourceDescriptions"];

    #[test]
    fn slips_are_recognised() {
        for (word, meant) in [
            ("input", "inputs"),
            ("inptus", "inputs"),
            ("Inputs", "inputs"),
            ("ouptut", "outputs"),
            ("sourceDescription", "sourceDescriptions"),
            ("sourcedescriptions", "sourceDescriptions"),
            ("uri", "url"),
        ] {
            assert_eq!(closest(word, &WORDS), Some(meant), "{word}");
        }
    }

    #[test]
    fn other_words_are_not() {
        for word in ["", "ref", "set", "gt", "name", "xyz", "urlencode", "puts"] {
            assert_eq!(closest(word, &WORDS), None, "{word}");
        }
    }
}
