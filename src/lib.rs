//! Typed API workflows: `sqlx::query!` for [Arazzo](https://spec.openapis.org/arazzo/latest.html) documents.

pub use arazzo_macros::workflows;
pub use arazzo_runtime::*;

/// Compiles an Arazzo document.
#[macro_export]
macro_rules! arazzo_workflow {
    ($($arguments:tt)*) => {
        $crate::__private::macros::arazzo_workflow! { [$crate] $($arguments)* }
    };
}

#[doc(hidden)]
pub mod __private {
    pub use arazzo_macros as macros;
    pub use arazzo_runtime::__private::*;
}
