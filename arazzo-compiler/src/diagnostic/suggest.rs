//! "did you mean"

/// Longer names are not compared: nobody needs the help, and the comparison takes time in the square of the length.
const LONGEST: usize = 128;

/// The candidate that is close enough to `wanted` to be what was meant. Names that differ only in case, `_` and `-` are
/// the closest; otherwise about one letter in four may be wrong.
pub fn suggest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if wanted.is_empty() || wanted.len() > LONGEST {
        return None;
    }
    let folded = fold(wanted);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != wanted && !candidate.is_empty() && candidate.len() <= LONGEST)
        .filter_map(|candidate| Some((distance(wanted, &folded, candidate)?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn distance(wanted: &str, folded: &str, candidate: &str) -> Option<usize> {
    if !folded.is_empty() && folded == fold(candidate) {
        return Some(0);
    }
    let length = wanted.chars().count().max(candidate.chars().count());
    // A single letter is close to every other one.
    let allowed = if length < 3 { 0 } else { (length / 4).max(1) };
    let distance = strsim::damerau_levenshtein(&wanted.to_lowercase(), &candidate.to_lowercase());
    (distance <= allowed).then_some(distance)
}

fn fold(name: &str) -> String {
    name.chars().filter(|char| !matches!(char, '_' | '-')).flat_map(char::to_lowercase).collect()
}
