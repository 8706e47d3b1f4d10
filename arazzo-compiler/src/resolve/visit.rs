//! Going through all references of a workflow.

use super::{
    Action, Bare, Condition, Criterion, Filling, Payload, Piece, Reference, Step, Test, TextPiece, Value, Workflow,
    Written,
};

impl Workflow<'_> {
    /// Every reference of the steps and the outputs.
    pub fn references(&self, visit: &mut dyn FnMut(&Reference)) {
        for argument in self.dependencies.iter().flat_map(|dependency| &dependency.arguments) {
            argument.value.references(visit);
        }
        for step in &self.steps {
            step.references(visit);
        }
        for reference in self.outputs.iter().filter_map(|output| output.value.as_ref()) {
            visit(reference);
        }
    }
}

impl Step<'_> {
    /// Every reference of the step.
    pub fn references(&self, visit: &mut dyn FnMut(&Reference)) {
        self.request_references(visit);
        self.exchange_references(visit);
    }

    /// The references that are read before the request.
    pub fn request_references(&self, visit: &mut dyn FnMut(&Reference)) {
        for parameter in &self.parameters {
            parameter.value.references(visit);
        }
        for argument in &self.arguments {
            argument.value.references(visit);
        }
        if let Some(body) = &self.body {
            body.payload.references(visit);
            body.replacements.iter().for_each(|replacement| replacement.value.references(visit));
        }
    }

    /// The references that are read before the request, and by the criteria and the outputs behind it.
    pub fn attempt_references(&self, visit: &mut dyn FnMut(&Reference)) {
        self.request_references(visit);
        for criterion in &self.criteria {
            criterion.references(visit);
        }
        for reference in self.outputs.iter().filter_map(|output| output.value.as_ref()) {
            visit(reference);
        }
    }

    /// The references that are read behind the response.
    pub fn exchange_references(&self, visit: &mut dyn FnMut(&Reference)) {
        for criterion in &self.criteria {
            criterion.references(visit);
        }
        for action in self.actions() {
            action.references(visit);
        }
        for reference in self.outputs.iter().filter_map(|output| output.value.as_ref()) {
            visit(reference);
        }
    }
}

impl Action<'_> {
    /// Every reference of the action.
    pub fn references(&self, visit: &mut dyn FnMut(&Reference)) {
        for criterion in &self.criteria {
            criterion.references(visit);
        }
        for argument in &self.arguments {
            argument.value.references(visit);
        }
    }
}

impl Payload {
    /// Every reference in the value.
    pub fn references(&self, visit: &mut dyn FnMut(&Reference)) {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => {}
            Self::Expression(reference) | Self::Quoted(reference) => visit(reference),
            Self::Else(reference, otherwise) => {
                visit(reference);
                otherwise.references(visit);
            }
            Self::JsonText(pieces) | Self::FormText(pieces) => {
                for piece in pieces {
                    if let TextPiece::Escaped(reference) | TextPiece::Verbatim(reference) = piece {
                        visit(reference);
                    }
                }
            }
            Self::Template(pieces) => {
                for piece in pieces {
                    if let Piece::Expression(reference) = piece {
                        visit(reference);
                    }
                }
            }
            Self::List(elements) => elements.iter().for_each(|element| element.references(visit)),
            Self::Object(members) => members.iter().for_each(|(_, member)| member.references(visit)),
        }
    }
}

impl Criterion {
    /// Every reference in the criterion.
    pub fn references(&self, visit: &mut dyn FnMut(&Reference)) {
        match &self.test {
            None => {}
            Some(Test::Simple(condition)) => condition.references(visit),
            Some(
                Test::Regex { context, pattern: written }
                | Test::Query { context, query: written, .. }
                | Test::Draft { context, query: written }
                | Test::XPath { context, expression: written },
            ) => {
                visit(context);
                written.references(visit);
            }
            Some(Test::FilledBare { context, text, operands }) => {
                visit(context);
                text.iter().filter_map(Filling::reference).for_each(&mut *visit);
                operands.iter().for_each(visit);
            }
            Some(Test::Bare { logical, context }) => {
                // It is looked at whether paths can lead into the context itself; of a whole body that is known anyway.
                if !context.path.is_empty() {
                    visit(context);
                }
                logical.references(context, visit);
            }
        }
    }
}

impl Written {
    fn references(&self, visit: &mut dyn FnMut(&Reference)) {
        if let Self::Filled(parts) = self {
            parts.iter().filter_map(Filling::reference).for_each(visit);
        }
    }
}

impl Filling {
    fn reference(&self) -> Option<&Reference> {
        match self {
            Self::Value { reference, .. } => Some(reference),
            Self::Literal(_) => None,
        }
    }
}

impl Condition {
    fn references(&self, visit: &mut dyn FnMut(&Reference)) {
        match self {
            Self::Or(parts) | Self::And(parts) => parts.iter().for_each(|part| part.references(visit)),
            Self::Not(inner) => inner.references(visit),
            Self::Compare(_, left, right) => {
                left.references(visit);
                right.references(visit);
            }
            Self::Test(value) => value.references(visit),
        }
    }
}

impl Bare {
    fn references(&self, context: &Reference, visit: &mut dyn FnMut(&Reference)) {
        match self {
            Self::Or(parts) | Self::And(parts) => parts.iter().for_each(|part| part.references(context, visit)),
            Self::Not(inner) => inner.references(context, visit),
            Self::Compare(_, left, right) => {
                left.references(visit);
                right.references(visit);
            }
            Self::Test(value) => value.references(visit),
            Self::Engine(_, references) => {
                visit(context);
                references.iter().for_each(visit);
            }
        }
    }
}

impl Value {
    fn references(&self, visit: &mut dyn FnMut(&Reference)) {
        match self {
            Self::Expression(reference) => visit(reference),
            Self::Template(pieces) => pieces.iter().for_each(|piece| {
                if let Piece::Expression(reference) = piece {
                    visit(reference);
                }
            }),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => {}
        }
    }
}
