//! Values that generated code makes.

use arazzo_expression::json::{Json, Token};
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

/// A value, or another one where it is absent.
#[must_use]
pub fn or_else<'a>(value: Json<'a>, otherwise: impl FnOnce() -> Json<'a>) -> Json<'a> {
    if value.is_absent() { otherwise() } else { value }
}

/// A step of a way: a member, or an element.
#[must_use]
pub const fn member(name: &'static str) -> Token<'static> {
    Token::Member(Cow::Borrowed(name))
}

/// A step of a way, at which a list begins where nothing is there.
#[must_use]
pub const fn element(index: &'static str) -> Token<'static> {
    Token::Element(Cow::Borrowed(index))
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
