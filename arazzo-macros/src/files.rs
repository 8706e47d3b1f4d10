//! Where files are, and how rustc is told to watch them.

use arazzo_compiler::diagnostic::suggest;
use arazzo_compiler::source::normalized;
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
    let in_package = package().join(&written);
    if in_package.exists() {
        return Ok(normalized(&in_package));
    }
    let source = source_file(path);
    let beside = source.as_deref().and_then(Path::parent).map(|folder| folder.join(&written));
    if let Some(beside) = beside.as_ref().filter(|beside| beside.exists()) {
        return Ok(normalized(beside));
    }
    let package = std::env::var("CARGO_PKG_NAME").unwrap_or_default();
    let places = match path.span().unwrap().local_file() {
        _ if Path::new(&written).is_absolute() => String::new(),
        Some(source) => {
            format!(", neither in the folder of the package `{package}` nor beside `{}`", source.display())
        }
        None => format!(" in the folder of the package `{package}`"),
    };
    let near = [Some(in_package), beside].iter().flatten().find_map(|place| near(place, &written));
    let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Err(syn::Error::new(path.span(), format!("no file `{written}`{places}{hint}")))
}

/// The file of the macro call. rustc names source files relative to the folder in which it runs, which is the workspace's.
fn source_file(path: &LitStr) -> Option<PathBuf> {
    let source = path.span().unwrap().local_file()?;
    Some(std::env::current_dir().map(|folder| folder.join(&source)).unwrap_or(source))
}

/// A path like the one written, to a file of nearly the same name.
fn near(place: &Path, written: &str) -> Option<String> {
    let name = place.file_name()?.to_str()?;
    let entries = std::fs::read_dir(place.parent()?).ok()?;
    let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.retain(|name| [".yml", ".yaml", ".json"].iter().any(|extension| name.ends_with(extension)));
    names.sort_unstable();
    let near = suggest(name, names.iter().map(String::as_str))?;
    Some(format!("{}{near}", written.strip_suffix(name)?))
}

/// The folder from which diagnostics show the paths of files: the package's, or for a document outside of it the one
/// where rustc runs, or the source file's.
pub(crate) fn shown_from(document: &Path, path: &LitStr) -> PathBuf {
    let source = source_file(path).and_then(|source| Some(source.parent()?.to_owned()));
    let folders = [Some(package()), std::env::current_dir().ok(), source];
    let mut folders = folders.into_iter().flatten();
    folders.find(|folder| document.starts_with(folder)).unwrap_or_default()
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
            quote! { const _: &[::core::primitive::u8] = ::core::include_bytes!(#path); }
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
