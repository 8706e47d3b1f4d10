//! Diagnostics as rustc shows them: all at the path in the macro call.

use crate::arguments::Arguments;
use arazzo_compiler::diagnostic::Level;
use arazzo_compiler::{Compilation, Diagnostic};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// How many errors are shown at once.
const MOST: usize = 20;

/// How many warnings are shown at once: each is one cause.
const MOST_WARNINGS: usize = 100;

/// An item for each diagnostic. With call-site spans rustc would mark the whole call and say that the error originates in
/// the macro; with the literal's span it marks the path, or the name in the options that is wrong.
pub(crate) fn report(compilation: &Compilation, arguments: &Arguments) -> TokenStream {
    let path = arguments.path.span();
    let of = |level: Level| compilation.diagnostics.iter().filter(move |diagnostic| diagnostic.level == level);
    let span = |found: &Diagnostic| found.option.as_ref().and_then(|name| arguments.name(name)).unwrap_or(path);
    let mut tokens: TokenStream =
        of(Level::Error).take(MOST).map(|found| error(&found.rendered, span(found))).collect();
    // Where findings are left out, nobody counts the rest.
    let least = if compilation.left_out > 0 { "at least " } else { "" };
    match of(Level::Error).count().saturating_sub(MOST) {
        0 => {}
        1 => tokens.extend(error("and one more error in this document", path)),
        more => tokens.extend(error(&format!("and {least}{more} more errors in this document"), path)),
    }
    tokens.extend(of(Level::Warning).take(MOST_WARNINGS).map(|found| warning(&found.rendered, path)));
    match of(Level::Warning).count().saturating_sub(MOST_WARNINGS) {
        0 => {}
        more => tokens.extend(warning(&format!("and {least}{more} more of this document"), path)),
    }
    tokens
}

fn error(message: &str, span: Span) -> TokenStream {
    quote_spanned! { span => ::core::compile_error! { #message } }
}

/// Stable Rust has no way to warn from a macro, but for the use of something deprecated.
fn warning(message: &str, span: Span) -> TokenStream {
    let note = format!("\n{message}");
    quote_spanned! { span =>
        const _: () = {
            #[deprecated(note = #note)]
            #[allow(non_upper_case_globals)]
            const workflow_warning: ::core::primitive::u8 = 0;
            let _ = workflow_warning;
        };
    }
}
