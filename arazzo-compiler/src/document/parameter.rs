//! The Parameter Object.

use super::fields::{Choice, Field, Fields, Reader, Shape};
use super::{Location, Parameter, Reusable, Spanned, Version};
use crate::diagnostic::rules;
use crate::yaml::{Kind, Node};

static SHAPE: Shape = Shape {
    name: "a parameter",
    fields: &[Field::new("name"), Field::new("in"), Field::new("value")],
    mistaken: &[("location", "in"), ("values", "value")],
};

const LOCATIONS: &[Choice<Location>] = &[
    Choice { name: "path", value: Location::Path, since: Version::V1_0 },
    Choice { name: "query", value: Location::Query, since: Version::V1_0 },
    Choice { name: "header", value: Location::Header, since: Version::V1_0 },
    Choice { name: "cookie", value: Location::Cookie, since: Version::V1_0 },
    Choice { name: "querystring", value: Location::QueryString, since: Version::V1_1 },
];

/// What a parameter is for, which decides about `in`.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// An operation: `in` is required.
    Operation,
    /// A workflow, which has one parameter of each name.
    Workflow,
    /// Not known here: a component, or a step without target.
    Anywhere,
    /// An action, which calls a workflow: `in` is forbidden.
    Action,
}

impl Parameter {
    /// Whether both set the same thing of a request (rule 47): name and `in` are equal, and the names of headers do not
    /// depend on case.
    pub fn is_same_as(&self, other: &Parameter) -> bool {
        let location = |parameter: &Parameter| parameter.location.as_ref().map(|location| location.value);
        if location(self) != location(other) {
            return false;
        }
        match location(self) {
            Some(Location::Header) => self.name.value.eq_ignore_ascii_case(&other.name.value),
            _ => self.name.value == other.name.value,
        }
    }
}

impl Reader<'_> {
    /// The field `parameters` of a workflow, a step or an action. Those that are written out are compared here; what
    /// references stand for must be compared once it is known.
    pub(super) fn parameters(&mut self, fields: &Fields<'_>, place: Place) -> Vec<Reusable<Parameter>> {
        let nodes = fields.list(self, "parameters");
        let parameters: Vec<_> = nodes
            .iter()
            .filter_map(|node| match self.reusable(node, "parameters", true) {
                Some(reference) => Some(reference),
                None => self.parameter(node, "an entry of `parameters`", place).map(Reusable::Inline),
            })
            .collect();
        self.unique_parameters(&parameters, place);
        parameters
    }

    /// Rules 48, 49, 50 and 54.
    pub(super) fn parameter(&mut self, node: &Node, what: &str, place: Place) -> Option<Parameter> {
        let fields = self.fields(node, what, &SHAPE)?;
        let name = fields.required_word(self, "name");
        let mut location = fields.get("in").and_then(|node| self.location(node));
        match (place, fields.key("in")) {
            (Place::Operation, None) => {
                fields.lacks(self, "in").help("say where it goes: `in: path`, `query`, `header` or `cookie`");
            }
            (Place::Action, Some(key)) => {
                self.misplaced(key.span, "a parameter of an action is an input of a workflow and has no `in`")
                    .help("remove `in`");
                location = None;
            }
            _ => {}
        }
        let value = match fields.required(self, "value") {
            Some(value) => self.literal(value),
            None => Node { span: node.span, kind: Kind::Null },
        };
        Some(Parameter { name, location, value, span: node.span })
    }

    /// Rule 50.
    fn location(&mut self, node: &Node) -> Option<Spanned<Location>> {
        if node.as_str() == Some("body") {
            self.invalid(node.span, "a parameter cannot be in the `body`")
                .help("write a `requestBody`; Arazzo 1.0.1 removed `in: body`");
            return None;
        }
        self.choice(node, "`in`", LOCATIONS)
    }

    /// Rule 47.
    fn unique_parameters(&mut self, parameters: &[Reusable<Parameter>], place: Place) {
        let by_name = matches!(place, Place::Workflow | Place::Action);
        let mut seen: Vec<&Parameter> = Vec::new();
        for parameter in parameters {
            let Reusable::Inline(parameter) = parameter else {
                continue;
            };
            // What could not be read has been reported.
            if parameter.name.is_missing() || (place == Place::Operation && parameter.location.is_none()) {
                continue;
            }
            let first = seen.iter().find(|first| match by_name {
                true => first.name.value == parameter.name.value,
                false => first.is_same_as(parameter),
            });
            if let Some(first) = first {
                self.diagnostics
                    .report(
                        &rules::DUPLICATE_PARAMETER,
                        parameter.name.node.span,
                        format!("the parameter `{}` is there twice", parameter.name.value),
                    )
                    .also(first.name.node.span, "first here");
            } else {
                seen.push(parameter);
            }
        }
    }
}
