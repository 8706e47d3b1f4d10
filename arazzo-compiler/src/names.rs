//! Names of the document as names of Rust.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};

/// A name as a Rust function, module, field or variable; `None` when no letter or digit is left of it.
pub fn snake(name: &str) -> Option<String> {
    identifier(&clean(name).to_snake_case())
}

/// A name as a Rust type or variant; `None` when no letter or digit is left of it.
pub fn camel(name: &str) -> Option<String> {
    identifier(&clean(name).to_upper_camel_case())
}

/// A name behind others in the name of a type, where keywords and digits do no harm.
pub fn part(name: &str) -> String {
    clean(name).to_upper_camel_case()
}

/// The token of a name made by [`snake`] or [`camel`].
pub fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// The name with a space for every character that cannot be part of an identifier.
fn clean(name: &str) -> String {
    name.chars().map(|c| if unicode_ident::is_xid_continue(c) { c } else { ' ' }).collect()
}

fn identifier(name: &str) -> Option<String> {
    let first = name.chars().next()?;
    if name.chars().all(|c| c == '_') {
        return None;
    }
    Some(match name {
        "self" | "Self" | "super" | "crate" => format!("{name}_"),
        _ if is_keyword(name) => format!("r#{name}"),
        _ if !unicode_ident::is_xid_start(first) => format!("_{name}"),
        _ => name.to_owned(),
    })
}

/// The strict and the reserved keywords of all editions that can be raw identifiers.
fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "abstract"
            | "as"
            | "async"
            | "await"
            | "become"
            | "box"
            | "break"
            | "const"
            | "continue"
            | "do"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "final"
            | "fn"
            | "for"
            | "gen"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "macro"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "override"
            | "priv"
            | "pub"
            | "ref"
            | "return"
            | "static"
            | "struct"
            | "trait"
            | "true"
            | "try"
            | "type"
            | "typeof"
            | "unsafe"
            | "unsized"
            | "use"
            | "virtual"
            | "where"
            | "while"
            | "yield"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_converted_as_heck_does() {
        assert_eq!(snake("fork-sandbox").as_deref(), Some("fork_sandbox"));
        assert_eq!(snake("apiToken").as_deref(), Some("api_token"));
        assert_eq!(snake("sandboxIdOrName").as_deref(), Some("sandbox_id_or_name"));
        assert_eq!(camel("buildFailed").as_deref(), Some("BuildFailed"));
        assert_eq!(camel("in_progress").as_deref(), Some("InProgress"));
        assert_eq!(snake("größe €").as_deref(), Some("größe"));
    }

    #[test]
    fn keywords_and_digits_become_identifiers() {
        assert_eq!(snake("type").as_deref(), Some("r#type"));
        assert_eq!(snake("gen").as_deref(), Some("r#gen"));
        assert_eq!(snake("self").as_deref(), Some("self_"));
        assert_eq!(camel("self").as_deref(), Some("Self_"));
        assert_eq!(snake("crate").as_deref(), Some("crate_"));
        assert_eq!(snake("2nd-try").as_deref(), Some("_2nd_try"));
        assert_eq!(camel("3.1").as_deref(), Some("_31"));
        for name in ["type", "self", "2nd", "größe", "²x"] {
            let _ = ident(&snake(name).unwrap());
            let _ = ident(&camel(name).unwrap());
        }
    }

    #[test]
    fn a_name_of_nothing_has_no_identifier() {
        for name in ["", "-", "___", "€", "..."] {
            assert_eq!((snake(name), camel(name)), (None, None), "{name:?}");
        }
    }
}
