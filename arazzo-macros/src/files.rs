//! Where files are, and how rustc is told to watch them.

use proc_macro2::TokenStream;
use quote::quote;
use std::path::{Component, Path, PathBuf};
use syn::LitStr;

/// The folder of the package that is compiled.
pub(crate) fn package() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default()
}

/// The file that a path in the macro means: relative to the package, else to the source file of the macro call.
///
/// # Errors
///
/// Names both places when the file is in neither.
pub(crate) fn find(path: &LitStr) -> syn::Result<PathBuf> {
    let written = path.value();
    if written.is_empty() {
        return Err(syn::Error::new(path.span(), "the path is empty"));
    }
    let package = package();
    let first = package.join(&written);
    if first.exists() {
        return Ok(first);
    }
    let beside = path.span().unwrap().local_file().and_then(|file| Some(file.parent()?.join(&written)));
    let mut message = format!("no file `{written}` in the package (`{}`)", first.display());
    if let Some(beside) = beside {
        // rustc names source files relative to the folder in which it runs, which is the workspace's.
        let beside = std::env::current_dir().map(|folder| folder.join(&beside)).unwrap_or(beside);
        if beside.exists() {
            return Ok(beside);
        }
        message.push_str(&format!("\n and none beside this source file (`{}`)", beside.display()));
    }
    Err(syn::Error::new(path.span(), message))
}

/// The folder from which diagnostics show the paths of files: the package's, or where rustc runs for a document outside
/// of it.
pub(crate) fn shown_from(document: &Path) -> PathBuf {
    let package = package();
    if document.starts_with(&package) {
        return package;
    }
    std::env::current_dir().unwrap_or(package)
}

/// Makes rustc rebuild the crate when a file changes. The bytes do not become part of the binary.
pub(crate) fn watch(files: &[PathBuf]) -> TokenStream {
    let package = package();
    files
        .iter()
        .map(|file| {
            let path = match relative(file, &package) {
                Some(relative) => {
                    let behind = format!("/{relative}");
                    quote! { ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #behind) }
                }
                None => {
                    let path = file.to_string_lossy();
                    quote! { #path }
                }
            };
            quote! { const _: &[u8] = ::core::include_bytes!(#path); }
        })
        .collect()
}

/// The way from a folder to a file, so that the expansion names no folder of this machine. `None` where they have nothing
/// in common, or a name that is not text.
fn relative(file: &Path, folder: &Path) -> Option<String> {
    let (file, folder): (Vec<_>, Vec<_>) = (file.components().collect(), folder.components().collect());
    let common = file.iter().zip(&folder).take_while(|(a, b)| a == b).count();
    if common == 0 || !matches!(file.first(), Some(Component::RootDir | Component::Prefix(_))) {
        return None;
    }
    let up = folder[common..].iter().map(|_| Some(".."));
    let down = file[common..].iter().map(|component| component.as_os_str().to_str());
    Some(up.chain(down).collect::<Option<Vec<_>>>()?.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_from_the_folder_of_the_package() {
        let relative = |file: &str| relative(Path::new(file), Path::new("/a/b"));
        assert_eq!(relative("/a/b/c/d.yml").as_deref(), Some("c/d.yml"));
        assert_eq!(relative("/a/x.yml").as_deref(), Some("../x.yml"));
        assert_eq!(relative("/z.yml").as_deref(), Some("../../z.yml"));
        assert_eq!(relative("z.yml"), None);
    }
}
