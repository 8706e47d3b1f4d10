//! Names that must differ after conversion.

use crate::diagnostic::{Diagnostics, rules};
use crate::source::Span;

/// Converts names, each with its place. Two that become one are reported with both, as is one of which nothing is left;
/// those are left out of the result.
pub fn distinct<'n>(
    names: impl IntoIterator<Item = (&'n str, Span)>,
    what: &str,
    convert: impl Fn(&str) -> Option<String>,
    diagnostics: &mut Diagnostics,
) -> Vec<(&'n str, String)> {
    let mut taken: Vec<(&str, Span, String)> = Vec::new();
    for (name, span) in names {
        let Some(converted) = convert(name) else {
            // That the name is missing, or has such characters, has been reported.
            if diagnostics.is_reported(span) {
                continue;
            }
            diagnostics
                .error(&rules::UNNAMEABLE, span, format!("no Rust name can be made of the {what} `{name}`"))
                .help("use a name with at least one letter or digit");
            continue;
        };
        if let Some((other, first, _)) = taken.iter().find(|(_, _, known)| *known == converted) {
            // That the same name is there twice has been reported.
            if *other == name {
                continue;
            }
            let message = format!("the {what}s `{other}` and `{name}` both become `{converted}` in Rust");
            diagnostics
                .error(&rules::NAME_COLLISION, span, message)
                .label(format!("`{converted}` again"))
                .also(*first, format!("the first `{converted}`"))
                .help("rename one of them");
            continue;
        }
        taken.push((name, span, converted));
    }
    taken.into_iter().map(|(name, _, converted)| (name, converted)).collect()
}
