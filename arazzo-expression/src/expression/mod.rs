//! Runtime expressions (Arazzo 1.0.1 and 1.1.0, "Runtime Expressions").

mod display;
mod explain;
mod parse;
mod roots;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use roots::{Shape, known_root};
pub use roots::{is_known_root, near_root};

use crate::SyntaxError;
use crate::cursor::bounded;
use crate::pointer::Pointer;
use std::ops::Range;

/// The grammar to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// Arazzo 1.0.x.
    V1_0,
    /// Arazzo 1.1.x.
    V1_1,
}

/// An expression and what is navigated to from its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand {
    /// The expression, as far as the specification's grammar goes.
    pub expression: Expression,
    /// `.member` and `[0]` behind it (in simple conditions legal, elsewhere the reading `dotted_access`).
    pub accessors: Vec<Accessor>,
    /// The bytes of the text that hold all of it.
    pub span: Range<usize>,
}

impl Operand {
    /// Reads a text that is one expression and nothing else. Behind the specification's grammar, `.member` and `[0]` are
    /// read as accessors: after a body or payload, and after `[0]`. The name of an input or output keeps its dots.
    ///
    /// ```
    /// use arazzo_expression::expression::{Accessor, Expression, Operand, Version};
    ///
    /// let operand = Operand::parse("$steps.find.outputs.a.b[0].c", Version::V1_0).unwrap();
    /// let Expression::Steps { step, output } = &operand.expression else { unreachable!() };
    /// assert_eq!((step.text.as_str(), output.id.text.as_str()), ("find", "a.b"));
    /// assert_eq!(operand.accessors, [Accessor::Index(0), Accessor::Member("c".into())]);
    ///
    /// let error = Operand::parse("$steps.find.id", Version::V1_0).unwrap_err();
    /// assert_eq!(error.help.as_deref(), Some("write `$steps.find.outputs.id`"));
    /// ```
    pub fn parse(text: &str, version: Version) -> Result<Self, SyntaxError> {
        bounded(text)?;
        Self::parse_in(text, 0..text.len(), version)
    }

    /// Reads a part of a text, with spans that count from the start of the whole.
    pub(crate) fn parse_in(text: &str, range: Range<usize>, version: Version) -> Result<Self, SyntaxError> {
        parse::operand(text, range, version)
    }
}

/// One step of navigation into a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Accessor {
    /// `.name`
    Member(String),
    /// `[0]`
    Index(usize),
}

/// A runtime expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// `$url`
    Url,
    /// `$method`
    Method,
    /// `$statusCode`
    StatusCode,
    /// `$self` (1.1)
    SelfUri,
    /// `$request.…`
    Request(Source),
    /// `$response.…`
    Response(Source),
    /// `$message.…` (1.1)
    Message(Source),
    /// `$inputs.name`
    Inputs(Name),
    /// `$outputs.name`
    Outputs(Name),
    /// `$steps.step.outputs.name`
    Steps {
        /// The step's id.
        step: Id,
        /// The output.
        output: Name,
    },
    /// `$workflows.workflow.inputs.name` and `$workflows.workflow.outputs.name`
    Workflows {
        /// The workflow's id.
        workflow: Id,
        /// Inputs or outputs.
        part: WorkflowPart,
        /// The input or output.
        name: Name,
    },
    /// `$sourceDescriptions.source.reference`
    SourceDescriptions {
        /// The source's name.
        source: Id,
        /// An operationId, a workflowId or a field of the source description.
        reference: Id,
    },
    /// `$components.kind.name`
    Components {
        /// `inputs`, `parameters`, `successActions` or `failureActions`.
        kind: Id,
        /// The component's key.
        name: Id,
    },
}

/// Which side of a workflow `$workflows` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkflowPart {
    /// Its inputs.
    Inputs,
    /// Its outputs.
    Outputs,
}

/// An identifier and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id {
    /// The identifier.
    pub text: String,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

/// The name of an input or output. The name is kept as written, dots included: whether `a.b` is the name `a.b` or the
/// member `b` of `a` is decided by what is declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// The name.
    pub id: Id,
    /// What stands behind `#`.
    pub pointer: Option<Pointer>,
}

/// A part of a request, a response or a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// `header.Name`
    Header(Id),
    /// `query.name`
    Query(Id),
    /// `path.name`
    Path(Id),
    /// `body` with an optional pointer
    Body(Option<Pointer>),
    /// `payload` with an optional pointer (1.1, messages)
    Payload(Option<Pointer>),
}
