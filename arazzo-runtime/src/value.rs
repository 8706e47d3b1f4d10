//! Values that generated code makes.

use arazzo_expression::json::Json;
use serde::Serialize;
use std::borrow::Cow;

/// A value of the run. Generated code cannot count on `From` being in scope.
pub fn json<'a>(value: impl Into<Json<'a>>) -> Json<'a> {
    value.into()
}

/// A typed input as a value.
pub fn json_of<T: Serialize>(value: &T) -> Json<'static> {
    serde_json::to_value(value).map_or(Json::Absent, Json::from)
}

/// A value that is sent as null where it is not there.
#[must_use]
pub fn or_null(value: Json<'_>) -> Json<'_> {
    if value.is_absent() { Json::Null } else { value }
}

/// An object in the order in which it is written.
#[must_use]
pub fn object<'a, const N: usize>(members: [(&'static str, Json<'a>); N]) -> Json<'a> {
    Json::Object(members.into_iter().map(|(name, member)| (Cow::Borrowed(name), member)).collect())
}

/// A list.
#[must_use]
pub fn array<const N: usize>(elements: [Json<'_>; N]) -> Json<'_> {
    Json::Array(elements.into())
}
