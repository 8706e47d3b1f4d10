//! The arguments of the macros.

use arazzo_compiler::diagnostic::{Level, rules, suggest};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Token, ext::IdentExt};

/// `"path.yml"`, or options by name, or the one followed by the others.
pub(crate) struct Arguments {
    /// The document.
    pub(crate) path: LitStr,
    /// Local copies of source descriptions.
    pub(crate) sources: Vec<(LitStr, LitStr)>,
    /// The workflows to emit.
    pub(crate) only: Option<Vec<LitStr>>,
    /// Whether lenient readings are errors.
    pub(crate) strict: bool,
    /// Rules to silence.
    pub(crate) allow: Vec<Ident>,
    /// Rules to make errors.
    pub(crate) deny: Vec<Ident>,
    /// The facade crate.
    pub(crate) facade: Option<TokenStream>,
}

impl Arguments {
    /// Where a name stands in `only` or `sources`.
    pub(crate) fn name(&self, name: &str) -> Option<Span> {
        let mut names = self.only.iter().flatten().chain(self.sources.iter().map(|(name, _)| name));
        names.find(|known| known.value() == name).map(LitStr::span)
    }
}

const OPTIONS: [&str; 7] = ["path", "sources", "only", "strict", "allow", "deny", "crate"];

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut path: Option<LitStr> = None;
        let mut arguments = Self {
            path: LitStr::new("", input.span()),
            sources: Vec::new(),
            only: None,
            strict: false,
            allow: Vec::new(),
            deny: Vec::new(),
            facade: None,
        };
        let start = input.span();
        if input.peek(LitStr) {
            path = Some(input.parse()?);
            comma(input)?;
        }
        let mut seen: Vec<String> = Vec::new();
        while !input.is_empty() {
            let name = Ident::parse_any(input)?;
            let option = name.to_string();
            if seen.contains(&option) || (option == "path" && path.is_some()) {
                return Err(syn::Error::new(name.span(), format!("`{option}` is given twice")));
            }
            match option.as_str() {
                "path" => path = Some(value(input)?),
                "sources" => arguments.sources = sources(input)?,
                "only" => arguments.only = Some(only(input)?),
                "strict" => arguments.strict = true,
                "allow" => arguments.allow = rule_names(input, true)?,
                "deny" => arguments.deny = rule_names(input, false)?,
                "crate" => {
                    input.parse::<Token![=]>()?;
                    arguments.facade = Some(input.call(syn::Path::parse_mod_style)?.into_token_stream());
                }
                other => {
                    let is_option = path.is_some() || input.peek(Token![=]) || input.peek(syn::token::Paren);
                    return Err(unknown(&name, other, is_option));
                }
            }
            seen.push(option);
            comma(input)?;
        }
        let Some(path) = path else {
            let message = "the path of an Arazzo document is missing, as in `\"workflows/fork.yml\"`";
            return Err(syn::Error::new(start, message));
        };
        arguments.path = path;
        Ok(arguments)
    }
}

fn unknown(name: &Ident, option: &str, is_option: bool) -> syn::Error {
    if !is_option {
        let message = "expected the path of an Arazzo document in quotes, as in `\"workflows/fork.yml\"`";
        return syn::Error::new(name.span(), message);
    }
    let hint = match suggest(option, OPTIONS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the options are {}", OPTIONS.map(|option| format!("`{option}`")).join(", ")),
    };
    syn::Error::new(name.span(), format!("there is no option `{option}`; {hint}"))
}

fn comma(input: ParseStream<'_>) -> syn::Result<()> {
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(())
}

fn value(input: ParseStream<'_>) -> syn::Result<LitStr> {
    input.parse::<Token![=]>()?;
    input.parse()
}

/// `= { "name" = "path", … }`
fn sources(input: ParseStream<'_>) -> syn::Result<Vec<(LitStr, LitStr)>> {
    input.parse::<Token![=]>()?;
    let content;
    syn::braced!(content in input);
    let entry = |input: ParseStream<'_>| Ok((input.parse::<LitStr>()?, value(input)?));
    let entries = content.parse_terminated(entry, Token![,])?;
    let mut sources: Vec<(LitStr, LitStr)> = Vec::new();
    for (name, path) in entries {
        if sources.iter().any(|(known, _)| known.value() == name.value()) {
            return Err(syn::Error::new(name.span(), format!("the source `{}` is given twice", name.value())));
        }
        sources.push((name, path));
    }
    Ok(sources)
}

/// `= ["workflow", …]`
fn only(input: ParseStream<'_>) -> syn::Result<Vec<LitStr>> {
    input.parse::<Token![=]>()?;
    let content;
    let brackets = syn::bracketed!(content in input);
    let ids: Punctuated<LitStr, Token![,]> = content.parse_terminated(<LitStr as Parse>::parse, Token![,])?;
    if ids.is_empty() {
        return Err(syn::Error::new(brackets.span.join(), "`only` names no workflow; leave it out to have them all"));
    }
    Ok(ids.into_iter().collect())
}

/// `(rule, …)`
fn rule_names(input: ParseStream<'_>, allow: bool) -> syn::Result<Vec<Ident>> {
    let content;
    syn::parenthesized!(content in input);
    let names: Punctuated<Ident, Token![,]> = content.parse_terminated(Ident::parse, Token![,])?;
    for name in &names {
        let text = name.to_string();
        match rules::find(&text) {
            Some(rule) if allow && rule.level == Level::Error => {
                return Err(syn::Error::new(name.span(), format!("`{text}` is an error and cannot be allowed")));
            }
            Some(_) => {}
            None => {
                let hint = match suggest(&text, rules::ALL.iter().map(|rule| rule.name)) {
                    Some(near) => format!("; did you mean `{near}`?"),
                    None => "; the name of a rule stands in brackets at the end of its message".to_owned(),
                };
                return Err(syn::Error::new(name.span(), format!("there is no rule `{text}`{hint}")));
            }
        }
    }
    Ok(names.into_iter().collect())
}
