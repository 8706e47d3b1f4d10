//! Expressions as text again, in the one form that parses to the same tree.

use super::{Accessor, Expression, Name, Operand, Source, WorkflowPart};
use crate::pointer::Pointer;
use std::fmt::{self, Display, Formatter};

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.expression.fmt(f)?;
        self.accessors.iter().try_for_each(|accessor| accessor.fmt(f))
    }
}

impl Display for Accessor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(name) => write!(f, ".{name}"),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("$url"),
            Self::Method => f.write_str("$method"),
            Self::StatusCode => f.write_str("$statusCode"),
            Self::SelfUri => f.write_str("$self"),
            Self::Request(source) => write!(f, "$request.{source}"),
            Self::Response(source) => write!(f, "$response.{source}"),
            Self::Message(source) => write!(f, "$message.{source}"),
            Self::Inputs(name) => write!(f, "$inputs.{name}"),
            Self::Outputs(name) => write!(f, "$outputs.{name}"),
            Self::Steps { step, output } => write!(f, "$steps.{}.outputs.{output}", step.text),
            Self::Workflows { workflow, part, name } => {
                write!(f, "$workflows.{}.{part}.{name}", workflow.text)
            }
            Self::SourceDescriptions { source, reference } => {
                write!(f, "$sourceDescriptions.{}.{}", source.text, reference.text)
            }
            Self::Components { kind, name } => {
                write!(f, "$components.{}.{}", kind.text, name.text)
            }
        }
    }
}

impl Display for WorkflowPart {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inputs => "inputs",
            Self::Outputs => "outputs",
        })
    }
}

impl Display for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id.text)?;
        fragment(self.pointer.as_ref(), f)
    }
}

impl Display for Source {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header.{}", name.text),
            Self::Query(name) => write!(f, "query.{}", name.text),
            Self::Path(name) => write!(f, "path.{}", name.text),
            Self::Body(pointer) => {
                f.write_str("body")?;
                fragment(pointer.as_ref(), f)
            }
            Self::Payload(pointer) => {
                f.write_str("payload")?;
                fragment(pointer.as_ref(), f)
            }
        }
    }
}

fn fragment(pointer: Option<&Pointer>, f: &mut Formatter<'_>) -> fmt::Result {
    pointer.map_or(Ok(()), |pointer| write!(f, "#{pointer}"))
}
