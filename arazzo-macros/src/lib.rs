//! The procedural macros of `arazzo`: they parse the arguments, call the compiler and hand its tokens to rustc. Use them
//! through the crate `arazzo`, which documents them.

mod arguments;
mod expand;
mod files;
mod report;

use proc_macro::TokenStream;
use syn::parse::{Parse, ParseStream};

/// `[path::of::the::facade] arguments…`: the function-like form, as the facade's `macro_rules` hands it on.
struct Call {
    facade: proc_macro2::TokenStream,
    arguments: arguments::Arguments,
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let facade;
        syn::bracketed!(facade in input);
        Ok(Self { facade: facade.parse()?, arguments: input.parse()? })
    }
}

/// See `arazzo::arazzo_workflow!`.
#[proc_macro]
pub fn arazzo_workflow(input: TokenStream) -> TokenStream {
    match syn::parse::<Call>(input) {
        Ok(call) => expand::expand(&call.arguments, call.facade).into(),
        Err(error) => error.to_compile_error().into(),
    }
}

/// See `arazzo::workflows`.
#[proc_macro_attribute]
pub fn workflows(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::into_module(syn::parse(arguments), item.into()).into()
}
