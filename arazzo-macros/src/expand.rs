//! From arguments to items.

use crate::arguments::Arguments;
use crate::{files, report};
use arazzo_compiler::source::{Cache, Disk};
use arazzo_compiler::{Options, compile};
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::quote;
use std::sync::LazyLock;
use syn::LitStr;

/// What the macros of this process have parsed: those of one crate, or all that a language server expands.
static CACHE: LazyLock<Cache> = LazyLock::new(Cache::default);

/// The functions and modules of a document, its diagnostics, and what makes rustc watch its files.
pub(crate) fn expand(arguments: &Arguments, facade: TokenStream) -> TokenStream {
    match items(arguments, facade) {
        Ok(tokens) => tokens,
        Err(error) => error.to_compile_error(),
    }
}

fn items(arguments: &Arguments, facade: TokenStream) -> syn::Result<TokenStream> {
    let document = files::find(&arguments.path)?;
    let mut sources = std::collections::BTreeMap::new();
    for (name, path) in &arguments.sources {
        sources.insert(name.value(), files::find(path)?);
    }
    let names = |list: &[syn::Ident]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let options = Options {
        reader: &Disk,
        cache: Some(&CACHE),
        sources,
        only: arguments.only.as_ref().map(|only| only.iter().map(LitStr::value).collect()),
        strict: arguments.strict,
        allow: names(&arguments.allow),
        deny: names(&arguments.deny),
        root: files::shown_from(&document, &arguments.path),
        facade: arguments.facade.clone().unwrap_or(facade),
    };
    let compilation = compile(&document, &options);
    let watched = files::watch(&compilation.files);
    let diagnostics = report::report(&compilation, arguments);
    let tokens = compilation.tokens;
    Ok(quote! { #watched #diagnostics #tokens })
}

/// The same inside an inline module, whose own items stay. An error is put into the module too: there rustc takes it as
/// the reason why the functions are missing.
pub(crate) fn into_module(arguments: syn::Result<Arguments>, module: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = module.into_iter().collect();
    let is_module = tokens.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "mod"));
    match tokens.last_mut() {
        Some(TokenTree::Group(body)) if is_module && body.delimiter() == Delimiter::Brace => {
            let own = body.stream();
            let new = match arguments {
                Ok(arguments) => expand(&arguments, quote! { ::arazzo }),
                Err(error) => error.to_compile_error(),
            };
            let span = body.span();
            *body = proc_macro2::Group::new(Delimiter::Brace, quote! { #own #new });
            body.set_span(span);
            tokens.into_iter().collect()
        }
        _ => {
            let message = "`#[arazzo::workflows]` belongs on an inline module, as in `pub mod daytona {}`";
            let span = tokens.first().map_or_else(Span::call_site, TokenTree::span);
            let error = syn::Error::new(span, message).to_compile_error();
            let tokens: TokenStream = tokens.into_iter().collect();
            quote! { #error #tokens }
        }
    }
}
