//! The Arazzo objects, as written (1.0 and 1.1). Names are not resolved and texts are not parsed here.
//!
//! [`read`] reports everything that a look at one object can find (the comments name the requirements), and reads on. What
//! it could not read stands in the tree so that later stages need not complain again:
//!
//! | what was wrong | what the tree has |
//! |---|---|
//! | a name, id, url, expression, condition or reference that is missing, empty or no string | an empty text ([`Text::is_missing`]) |
//! | a field whose name is misspelt | the value, as if the name were right |
//! | a field of Arazzo 1.1 in a document of 1.0 | the value |
//! | the target of a step, an unknown `in` | `None` |
//! | several targets where one is allowed | the first one of a step; of an action the step |
//! | the value of a parameter or a replacement is missing | null |
//! | an unknown `type` of a criterion | an empty condition |
//! | an unknown `type` of an action | `retry`, `goto` or `end`, as its other fields suggest |
//! | `retry` in a success action | `goto` when it has a target, else `end` |
//! | a Selector Object that is incomplete | an empty expression |
//! | a replacement without target or with an unknown type | left out |
//! | a list entry or an object that is no map | left out; in `components` an object with an empty name |
//! | an optional field of the wrong type | as if it were not there |
//! | two things of the same name | both |

mod action;
mod body;
mod components;
mod criterion;
mod fields;
mod info;
mod names;
mod output;
mod parameter;
mod reusable;
mod root;
mod source;
mod step;
#[cfg(test)]
mod tests;
mod workflow;

use crate::diagnostic::Diagnostics;
use crate::source::Span;
use crate::yaml::{Kind, Node, Scalar, Style};
pub use arazzo_expression::expression::Version;
pub use output::has_shape_of_selector;

/// A value and where it stands in the document.
#[derive(Debug, Clone)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A string of the document. The node stays at hand, so that a part of the string can be pointed at.
#[derive(Debug, Clone)]
pub struct Text {
    /// The string.
    pub value: String,
    /// Where and how it is written.
    pub node: Node,
}

impl Text {
    /// Whether it stands for a text that could not be read, which has been reported. (A JSON Pointer, in `target` and
    /// `selector`, may be empty in earnest.)
    pub fn is_missing(&self) -> bool {
        self.value.is_empty()
    }

    fn missing(span: Span) -> Self {
        let text = Scalar { text: String::new(), style: Style::Plain };
        Self { value: String::new(), node: Node { span, kind: Kind::String(text) } }
    }
}

/// Reads a document. `None` when it is no map, has no list of workflows or follows a version of Arazzo that is not
/// supported, all of which is reported. With errors elsewhere the document may be incomplete: `sources` and `steps` are
/// empty when they could not be read.
pub fn read(root: &Node, diagnostics: &mut Diagnostics) -> Option<Document> {
    root::read(root, diagnostics)
}

/// Reads a map inside of a value that has the shape of a Selector Object. What is wrong with its parts is reported.
pub fn read_selector(node: &Node, version: Version, diagnostics: &mut Diagnostics) -> Option<Selector> {
    fields::Reader { version, diagnostics }.selector(node, "this Selector Object")
}

/// The Arazzo Specification Object.
#[derive(Debug, Clone)]
pub struct Document {
    /// The feature set of `arazzo`.
    pub version: Version,
    /// `$self` (1.1)
    pub self_uri: Option<Text>,
    /// `info`
    pub info: Info,
    /// `sourceDescriptions`
    pub sources: Vec<SourceDescription>,
    /// `workflows`
    pub workflows: Vec<Workflow>,
    /// `components`
    pub components: Components,
    /// The whole document.
    pub span: Span,
}

/// The Info Object.
#[derive(Debug, Clone, Default)]
pub struct Info {
    /// `title`
    pub title: Option<Text>,
    /// `summary`
    pub summary: Option<Text>,
    /// `description`
    pub description: Option<Text>,
    /// `version`
    pub version: Option<Text>,
}

/// The Source Description Object.
#[derive(Debug, Clone)]
pub struct SourceDescription {
    /// `name`
    pub name: Text,
    /// `url`
    pub url: Text,
    /// `type`, when written
    pub kind: Option<Spanned<SourceKind>>,
    /// The whole object.
    pub span: Span,
}

/// The types of source descriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// `openapi`
    OpenApi,
    /// `arazzo`
    Arazzo,
    /// `asyncapi` (1.1)
    AsyncApi,
}

/// The Workflow Object.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// `workflowId`
    pub id: Text,
    /// `summary`
    pub summary: Option<Text>,
    /// `description`
    pub description: Option<Text>,
    /// `inputs`, a JSON Schema as written
    pub inputs: Option<Node>,
    /// `dependsOn`
    pub depends_on: Vec<Text>,
    /// `steps`
    pub steps: Vec<Step>,
    /// `successActions`
    pub success_actions: Vec<Reusable<Action>>,
    /// `failureActions`
    pub failure_actions: Vec<Reusable<Action>>,
    /// `outputs`
    pub outputs: Vec<Output>,
    /// `parameters`
    pub parameters: Vec<Reusable<Parameter>>,
    /// The whole object.
    pub span: Span,
}

/// An entry of `outputs`.
#[derive(Debug, Clone)]
pub struct Output {
    /// The key.
    pub name: Spanned<String>,
    /// The value.
    pub value: OutputValue,
}

/// What an output is made of.
#[derive(Debug, Clone)]
pub enum OutputValue {
    /// A runtime expression.
    Expression(Text),
    /// A Selector Object (1.1).
    Selector(Selector),
}

/// The Selector Object (1.1).
#[derive(Debug, Clone)]
pub struct Selector {
    /// `context`
    pub context: Text,
    /// `selector`
    pub selector: Text,
    /// `type`
    pub kind: ExpressionType,
    /// The whole object.
    pub span: Span,
}

/// The Step Object.
#[derive(Debug, Clone)]
pub struct Step {
    /// `stepId`
    pub id: Text,
    /// `description`
    pub description: Option<Text>,
    /// `operationId`, `operationPath`, `channelPath` or `workflowId`; `None` was reported already
    pub target: Option<Target>,
    /// `parameters`
    pub parameters: Vec<Reusable<Parameter>>,
    /// `requestBody`
    pub request_body: Option<RequestBody>,
    /// `successCriteria`
    pub success_criteria: Vec<Criterion>,
    /// `onSuccess`
    pub on_success: Vec<Reusable<Action>>,
    /// `onFailure`
    pub on_failure: Vec<Reusable<Action>>,
    /// `outputs`
    pub outputs: Vec<Output>,
    /// `timeout` in milliseconds (1.1)
    pub timeout: Option<Spanned<u64>>,
    /// `correlationId` (1.1)
    pub correlation_id: Option<Text>,
    /// `action` (1.1)
    pub action: Option<Text>,
    /// `dependsOn` (1.1)
    pub depends_on: Vec<Text>,
    /// The whole object.
    pub span: Span,
}

/// What a step calls.
#[derive(Debug, Clone)]
pub enum Target {
    /// `operationId`
    OperationId(Text),
    /// `operationPath`
    OperationPath(Text),
    /// `channelPath` (1.1)
    ChannelPath(Text),
    /// `workflowId`
    Workflow(Text),
}

/// An object, or a Reusable Object that stands for one.
#[derive(Debug, Clone)]
pub enum Reusable<T> {
    /// The object itself.
    Inline(T),
    /// A Reusable Object.
    Reference {
        /// `reference`
        reference: Text,
        /// `value`
        value: Option<Node>,
        /// The whole object.
        span: Span,
    },
}

/// The Parameter Object.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// `name`
    pub name: Text,
    /// `in`
    pub location: Option<Spanned<Location>>,
    /// `value`
    pub value: Node,
    /// The whole object.
    pub span: Span,
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Location {
    /// `path`
    Path,
    /// `query`
    Query,
    /// `header`
    Header,
    /// `cookie`
    Cookie,
    /// `querystring` (1.1)
    QueryString,
}

/// The Success Action Object and the Failure Action Object.
#[derive(Debug, Clone)]
pub struct Action {
    /// `name`
    pub name: Text,
    /// `type`
    pub kind: ActionKind,
    /// `workflowId`
    pub workflow: Option<Text>,
    /// `stepId`
    pub step: Option<Text>,
    /// `parameters` (1.1)
    pub parameters: Vec<Reusable<Parameter>>,
    /// `retryAfter` in seconds
    pub retry_after: Option<Spanned<f64>>,
    /// `retryLimit`
    pub retry_limit: Option<Spanned<u64>>,
    /// `criteria`
    pub criteria: Vec<Criterion>,
    /// The whole object.
    pub span: Span,
}

/// What an action does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionKind {
    /// `end`
    End,
    /// `goto`
    Goto,
    /// `retry`, only on failure
    Retry,
}

/// The Criterion Object.
#[derive(Debug, Clone)]
pub struct Criterion {
    /// `context`
    pub context: Option<Text>,
    /// `condition`
    pub condition: Text,
    /// `type`
    pub kind: ExpressionType,
    /// The whole object.
    pub span: Span,
}

/// The `type` of a criterion, a selector or a replacement, with its version where it is written.
#[derive(Debug, Clone)]
pub struct ExpressionType {
    /// The language.
    pub language: Language,
    /// `version` of the Expression Type Object, checked against the ones that the specification lists.
    pub version: Option<Text>,
    /// Where it stands; the whole criterion where the type is left out.
    pub span: Span,
}

/// The languages of criteria, selectors and replacements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `simple`
    Simple,
    /// `regex`
    Regex,
    /// `jsonpath`
    JsonPath,
    /// `xpath`
    XPath,
    /// `jsonpointer` (1.1)
    JsonPointer,
}

/// The Request Body Object.
#[derive(Debug, Clone)]
pub struct RequestBody {
    /// `contentType`
    pub content_type: Option<Text>,
    /// `payload`
    pub payload: Option<Node>,
    /// `replacements`
    pub replacements: Vec<Replacement>,
    /// The whole object.
    pub span: Span,
}

/// The Payload Replacement Object.
#[derive(Debug, Clone)]
pub struct Replacement {
    /// `target`
    pub target: Text,
    /// `targetSelectorType` (1.1)
    pub kind: Option<ExpressionType>,
    /// `value`
    pub value: Node,
    /// The whole object.
    pub span: Span,
}

/// The Components Object.
#[derive(Debug, Clone, Default)]
pub struct Components {
    /// `inputs`, JSON Schemas as written
    pub inputs: Vec<(Spanned<String>, Node)>,
    /// `parameters`
    pub parameters: Vec<(Spanned<String>, Parameter)>,
    /// `successActions`
    pub success_actions: Vec<(Spanned<String>, Action)>,
    /// `failureActions`
    pub failure_actions: Vec<(Spanned<String>, Action)>,
}
