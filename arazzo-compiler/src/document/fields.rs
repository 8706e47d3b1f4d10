//! Reading the fields of an object.

use super::{Spanned, Text, Version};
use crate::diagnostic::{Diagnostics, Finding, rules, suggest};
use crate::source::Span;
use crate::yaml::{Key, Kind, Map, Node};

/// What reading any object needs.
pub(super) struct Reader<'d> {
    /// The feature set of the document.
    pub(super) version: Version,
    pub(super) diagnostics: &'d mut Diagnostics,
}

/// What fields an object has.
pub(super) struct Shape {
    /// With its article, as in "a step".
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
    /// Names that people take for a field of another name.
    pub(super) mistaken: &'static [(&'static str, &'static str)],
}

/// A field that an object may have.
pub(super) struct Field {
    name: &'static str,
    since: Version,
}

/// How many entries a list of a document may have.
const LONGEST_LIST: usize = 1_000;

impl Field {
    /// A field of Arazzo 1.0.
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, since: Version::V1_0 }
    }

    /// A field that Arazzo 1.1 brought.
    pub(super) const fn since_1_1(name: &'static str) -> Self {
        Self { name, since: Version::V1_1 }
    }
}

impl Shape {
    /// "step"
    pub(super) fn noun(&self) -> &'static str {
        self.name.split_once(' ').map_or(self.name, |(_, noun)| noun)
    }

    fn names(&self, version: Version) -> impl Iterator<Item = &'static str> {
        self.fields.iter().filter(move |field| field.since <= version).map(|field| field.name)
    }
}

/// What to write where a required field is missing, by the object and the field.
const HINTS: &[(&str, &str, &str)] = &[
    ("source description", "name", "add the name by which expressions mention it: `name: petApi`"),
    ("source description", "url", "add the file that it describes, as in `url: openapi.yml`"),
    ("workflow", "workflowId", "add an id, which becomes the name of the function: `workflowId: adopt-pet`"),
    ("workflow", "steps", "add what it does: `steps: [{ stepId: …, operationId: … }]`"),
    ("step", "stepId", "add an id, by which others mention it: `stepId: findPet`"),
    ("parameter", "value", "add a literal or an expression, as in `value: $inputs.name`"),
    ("criterion", "condition", "add what must hold, as in `condition: $statusCode == 200`"),
    ("selector", "context", "add what to select from, as in `context: $response.body`"),
    ("selector", "selector", "add what to select, as in `selector: /pets/0`"),
    ("selector", "type", "say what language the selector is in: `type: jsonpointer`, `jsonpath` or `xpath`"),
];

/// The fields of one object.
pub(super) struct Fields<'n> {
    pub(super) shape: &'static Shape,
    pub(super) span: Span,
    found: Vec<(&'static str, &'n Key, &'n Node)>,
}

impl Reader<'_> {
    /// Reads the fields of an object, which messages call `what`, and reports those that it does not have (rules 3, 7, 10).
    pub(super) fn fields<'n>(&mut self, node: &'n Node, what: &str, shape: &'static Shape) -> Option<Fields<'n>> {
        let map = self.map(node, what)?;
        let mut fields = Fields { shape, span: node.span, found: Vec::new() };
        let mut unknown = Vec::new();
        for (key, value) in map.iter() {
            match shape.fields.iter().find(|field| field.name == key.text) {
                Some(field) => {
                    if field.since > self.version {
                        self.newer(key.span, &format!("`{}`", field.name));
                    }
                    fields.found.push((field.name, key, value));
                }
                None if key.text.starts_with("x-") => self.extension(key),
                None => unknown.push((key, value)),
            }
        }
        for (key, value) in unknown {
            let meant = self.unknown_field(key, shape);
            if let Some(meant) = meant
                && fields.get(meant).is_none()
            {
                fields.found.push((meant, key, value));
            }
        }
        Some(fields)
    }

    /// Reports a field that the object does not have, and says which one is meant.
    fn unknown_field(&mut self, key: &Key, shape: &'static Shape) -> Option<&'static str> {
        let mistaken = shape.mistaken.iter().find(|(wrong, _)| *wrong == key.text);
        let meant = mistaken
            .map(|(_, right)| *right)
            .filter(|right| shape.names(self.version).any(|name| name == *right))
            .or_else(|| suggest(&key.text, shape.names(self.version)));
        let names: Vec<String> = shape.names(self.version).map(|name| format!("`{name}`")).collect();
        let finding = self.no_field(key, shape.name);
        match meant {
            Some(_) => finding.did_you_mean(meant),
            None => finding.help(format!("the fields of {} are {}", shape.name, names.join(", "))),
        };
        meant
    }

    pub(super) fn no_field(&mut self, key: &Key, object: &str) -> &mut Finding {
        let message = format!("no field `{}` in {object}", key.text);
        self.diagnostics.report(&rules::UNKNOWN_FIELD, key.span, message)
    }

    /// Rule 10: some prefixes belong to the OpenAPI Initiative.
    fn extension(&mut self, key: &Key) {
        let reserved = ["x-oai-", "x-oas-", "x-arazzo"];
        if let Some(prefix) = reserved.iter().find(|prefix| key.text.starts_with(**prefix)) {
            let message = format!("the prefix `{prefix}` is reserved for the OpenAPI Initiative");
            self.diagnostics.report(&rules::RESERVED_EXTENSION, key.span, message);
        }
    }

    /// Rule 3: what Arazzo 1.1 brought has no place in a document of 1.0.
    pub(super) fn newer(&mut self, span: Span, what: &str) -> &mut Finding {
        let message = format!("{what} needs Arazzo 1.1, and this document follows 1.0");
        self.diagnostics
            .report(&rules::NEWER_FIELD, span, message)
            .help("write `arazzo: 1.1.0` at the beginning of the document")
    }

    pub(super) fn wrong_type(&mut self, node: &Node, what: &str, expected: &str) -> &mut Finding {
        let message = format!("{what} must be {expected}, not {}", node.kind_name());
        self.diagnostics.report(&rules::WRONG_TYPE, node.span, message)
    }

    pub(super) fn invalid(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        self.diagnostics.report(&rules::INVALID_VALUE, span, message)
    }

    pub(super) fn misplaced(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        self.diagnostics.report(&rules::MISPLACED_FIELD, span, message)
    }

    pub(super) fn ignored(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        self.diagnostics.report(&rules::IGNORED_FIELD, span, message)
    }

    pub(super) fn map<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n Map> {
        let map = node.as_map();
        if map.is_none() {
            self.wrong_type(node, what, "a map");
        }
        map
    }

    pub(super) fn list<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Node]> {
        let list = node.as_list();
        if list.is_none() {
            self.wrong_type(node, what, "a list").help("begin each entry with `- `");
        }
        self.bounded(list?, node, what, LONGEST_LIST)
    }

    /// A list that is not longer than what is supported.
    pub(super) fn bounded<'n>(
        &mut self,
        list: &'n [Node],
        node: &Node,
        what: &str,
        longest: usize,
    ) -> Option<&'n [Node]> {
        let entries = list.len();
        if entries > longest {
            self.diagnostics
                .error(
                    &rules::UNSUPPORTED,
                    node.span,
                    format!("{what} has {entries} entries, and {longest} are supported"),
                )
                .label("too many entries")
                .help("split it up: a step can call another workflow by `workflowId`");
            return None;
        }
        Some(list)
    }

    /// A string, which may be empty.
    pub(super) fn text(&mut self, node: &Node, what: &str) -> Option<Text> {
        if let Some(text) = node.as_str() {
            return Some(Text { value: text.to_owned(), node: node.clone() });
        }
        let finding = self.wrong_type(node, what, "a string");
        match &node.kind {
            Kind::Number(_) | Kind::Bool(_) => {
                finding.help("put it in quotes");
            }
            _ => {
                if let Some(text) = unquoted(node) {
                    finding.help(format!("text that begins with `{{` needs quotes: `\"{text}\"`"));
                }
            }
        }
        None
    }

    /// Any value, in which expressions may stand as text.
    pub(super) fn literal(&mut self, node: &Node) -> Node {
        self.check_literal(node);
        node.clone()
    }

    fn check_literal(&mut self, node: &Node) {
        if let Some(text) = unquoted(node) {
            self.diagnostics
                .report(&rules::UNQUOTED_BRACES, node.span, format!("`{text}` without quotes is a map, not text"))
                .help(format!("write `\"{text}\"`"));
            return;
        }
        match &node.kind {
            Kind::List(items) => items.iter().for_each(|item| self.check_literal(item)),
            Kind::Map(map) => map.iter().for_each(|(_, value)| self.check_literal(value)),
            _ => {}
        }
    }

    /// A string that has a meaning, and so is not empty; what cannot be read is an empty text.
    pub(super) fn word(&mut self, node: &Node, what: &str) -> Text {
        match self.text(node, what) {
            Some(text) => {
                if text.is_missing() {
                    self.invalid(node.span, format!("{what} must not be empty"));
                }
                text
            }
            None => Text::missing(node.span),
        }
    }

    /// One of the words that a field may have.
    pub(super) fn choice<T: Copy>(&mut self, node: &Node, what: &str, choices: &[Choice<T>]) -> Option<Spanned<T>> {
        let text = self.text(node, what)?.value;
        let span = node.span;
        if let Some(choice) = choices.iter().find(|choice| choice.name == text) {
            if choice.since > self.version {
                self.newer(span, &format!("the value `{text}` of {what}"));
            }
            return Some(Spanned { value: choice.value, span });
        }
        let version = self.version;
        let names = choices.iter().filter(|choice| choice.since <= version).map(|choice| choice.name);
        let listed: Vec<String> = names.clone().map(|name| format!("`{name}`")).collect();
        let meant = suggest(&text, names);
        self.invalid(span, format!("{what} must be {}, not `{text}`", alternatives(&listed))).did_you_mean(meant);
        // What was meant is good enough to go on with.
        let meant = choices.iter().find(|choice| Some(choice.name) == meant)?;
        Some(Spanned { value: meant.value, span })
    }
}

/// The text that is meant by `{$inputs.id}`, which YAML reads as a map with one key.
fn unquoted(node: &Node) -> Option<String> {
    let [(key, value)] = node.as_map()?.entries.as_slice() else {
        return None;
    };
    (value.is_null() && key.text.starts_with('$')).then(|| format!("{{{}}}", key.text))
}

/// A word that a field may have.
pub(super) struct Choice<T> {
    pub(super) name: &'static str,
    pub(super) value: T,
    pub(super) since: Version,
}

/// `a`, `b` or `c`
pub(super) fn alternatives(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

impl<'n> Fields<'n> {
    pub(super) fn get(&self, name: &str) -> Option<&'n Node> {
        self.entry(name).map(|(_, value)| value)
    }

    pub(super) fn key(&self, name: &str) -> Option<&'n Key> {
        self.entry(name).map(|(key, _)| key)
    }

    fn entry(&self, name: &str) -> Option<(&'n Key, &'n Node)> {
        let found = self.found.iter().find(|(known, ..)| *known == name);
        found.map(|(_, key, value)| (*key, *value))
    }

    /// Those of the fields that are there, in the order of the document.
    pub(super) fn present(&self, names: &[&str]) -> Vec<(&'static str, &'n Key, &'n Node)> {
        let mut present: Vec<_> = self.found.iter().filter(|(name, ..)| names.contains(name)).copied().collect();
        present.sort_by_key(|(_, key, _)| key.span);
        present
    }

    /// The value of a field that must be there.
    pub(super) fn required(&self, reader: &mut Reader<'_>, name: &str) -> Option<&'n Node> {
        let value = self.get(name);
        if value.is_none() {
            self.lacks(reader, name);
        }
        value
    }

    pub(super) fn lacks<'r>(&self, reader: &'r mut Reader<'_>, name: &str) -> &'r mut Finding {
        let message = format!("this {} lacks `{name}`", self.shape.noun());
        let finding = reader.diagnostics.report(&rules::MISSING_FIELD, self.span, message);
        let hint = HINTS.iter().find(|(noun, field, _)| *noun == self.shape.noun() && *field == name);
        if let Some((_, _, hint)) = hint {
            finding.help(*hint);
        }
        finding
    }

    pub(super) fn text(&self, reader: &mut Reader<'_>, name: &str) -> Option<Text> {
        reader.text(self.get(name)?, &format!("`{name}`"))
    }

    /// A string that is not empty.
    pub(super) fn word(&self, reader: &mut Reader<'_>, name: &str) -> Option<Text> {
        let word = reader.word(self.get(name)?, &format!("`{name}`"));
        (!word.is_missing()).then_some(word)
    }

    /// A string that must be there and not be empty; what cannot be read is an empty text.
    pub(super) fn required_word(&self, reader: &mut Reader<'_>, name: &str) -> Text {
        match self.required(reader, name) {
            Some(value) => reader.word(value, &format!("`{name}`")),
            None => Text::missing(self.span),
        }
    }

    /// The entries of a list; none when it is not there.
    pub(super) fn list(&self, reader: &mut Reader<'_>, name: &str) -> &'n [Node] {
        let list = self.get(name).and_then(|value| reader.list(value, &format!("`{name}`")));
        list.unwrap_or_default()
    }

    /// The entries of a list that has some if it is there.
    pub(super) fn filled_list(&self, reader: &mut Reader<'_>, name: &str) -> &'n [Node] {
        if let Some(value) = self.get(name)
            && value.as_list().is_some_and(<[Node]>::is_empty)
        {
            let message = format!("`{name}` must have an entry");
            reader.diagnostics.report(&rules::EMPTY_LIST, value.span, message);
        }
        self.list(reader, name)
    }

    /// A whole number that is not negative.
    pub(super) fn integer(&self, reader: &mut Reader<'_>, name: &str) -> Option<Spanned<u64>> {
        let value = self.get(name)?;
        let span = value.span;
        if let Some(value) = value.as_u64() {
            return Some(Spanned { value, span });
        }
        match &value.kind {
            Kind::Number(number) if number.is_i64() => {
                reader.invalid(span, format!("`{name}` must not be negative"));
            }
            Kind::Number(_) => {
                let message = format!("`{name}` must be an integer, not a fraction");
                reader.diagnostics.report(&rules::WRONG_TYPE, span, message);
            }
            _ => {
                let is_quoted = value.as_str().is_some_and(|text| text.parse::<u64>().is_ok());
                let finding = reader.wrong_type(value, &format!("`{name}`"), "an integer");
                if is_quoted {
                    finding.help("remove the quotes");
                }
            }
        }
        None
    }

    /// A number that is not negative.
    pub(super) fn number(&self, reader: &mut Reader<'_>, name: &str) -> Option<Spanned<f64>> {
        let value = self.get(name)?;
        let span = value.span;
        let Some(number) = value.as_f64() else {
            let is_quoted = value.as_str().is_some_and(|text| text.parse::<f64>().is_ok_and(f64::is_finite));
            let finding = reader.wrong_type(value, &format!("`{name}`"), "a number");
            if is_quoted {
                finding.help("remove the quotes");
            }
            return None;
        };
        if number < 0.0 {
            reader.invalid(span, format!("`{name}` must not be negative"));
            return None;
        }
        Some(Spanned { value: number, span })
    }
}
