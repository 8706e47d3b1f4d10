//! The Criterion Object and the Expression Type Object.

use super::fields::{Choice, Field, Fields, Reader, Shape, alternatives};
use super::{Criterion, ExpressionType, Language, Text, Version};
use crate::diagnostic::{rules, suggest};
use crate::yaml::{Kind, Node};

static CRITERION: Shape = Shape {
    name: "a criterion",
    fields: &[Field::new("context"), Field::new("condition"), Field::new("type")],
    mistaken: &[("expression", "condition")],
};

/// With the `version` that belongs inside `type`.
static FLATTENED: Shape = Shape {
    name: CRITERION.name,
    fields: &[Field::new("context"), Field::new("condition"), Field::new("type"), Field::new("version")],
    mistaken: CRITERION.mistaken,
};

static TYPE: Shape =
    Shape { name: "an expression type object", fields: &[Field::new("type"), Field::new("version")], mistaken: &[] };

const SIMPLE: Choice<Language> = Choice { name: "simple", value: Language::Simple, since: Version::V1_0 };
const REGEX: Choice<Language> = Choice { name: "regex", value: Language::Regex, since: Version::V1_0 };
const JSON_PATH: Choice<Language> = Choice { name: "jsonpath", value: Language::JsonPath, since: Version::V1_0 };
const XPATH: Choice<Language> = Choice { name: "xpath", value: Language::XPath, since: Version::V1_0 };
const JSON_POINTER: Choice<Language> =
    Choice { name: "jsonpointer", value: Language::JsonPointer, since: Version::V1_1 };

/// Which languages a `type` may name.
pub(super) struct Languages {
    bare: &'static [Choice<Language>],
    object: &'static [Choice<Language>],
}

/// Rule 68: a JSON Pointer selects, it cannot be true or false.
const OF_CRITERIA: Languages = Languages { bare: &[SIMPLE, REGEX, JSON_PATH, XPATH], object: &[JSON_PATH, XPATH] };

/// Of selectors and replacements.
pub(super) const OF_SELECTORS: Languages =
    Languages { bare: &[JSON_PATH, XPATH, JSON_POINTER], object: &[JSON_PATH, XPATH, JSON_POINTER] };

const fn version(name: &'static str, since: Version) -> Choice<()> {
    Choice { name, value: (), since }
}

const JSON_PATH_VERSIONS: &[Choice<()>] =
    &[version("rfc9535", Version::V1_1), version("draft-goessner-dispatch-jsonpath-00", Version::V1_0)];

const XPATH_VERSIONS: &[Choice<()>] = &[
    version("xpath-31", Version::V1_1),
    version("xpath-30", Version::V1_0),
    version("xpath-20", Version::V1_0),
    version("xpath-10", Version::V1_0),
];

const JSON_POINTER_VERSIONS: &[Choice<()>] = &[version("rfc6901", Version::V1_1)];

/// The versions that the specification lists, the default one first (section 1.12).
fn versions(language: Language) -> &'static [Choice<()>] {
    match language {
        Language::JsonPath => JSON_PATH_VERSIONS,
        Language::XPath => XPATH_VERSIONS,
        Language::JsonPointer => JSON_POINTER_VERSIONS,
        Language::Simple | Language::Regex => &[],
    }
}

impl Reader<'_> {
    /// Rules 66 to 69.
    pub(super) fn criterion(&mut self, node: &Node, what: &str) -> Option<Criterion> {
        if let Some(condition) = node.as_str() {
            self.wrong_type(node, what, "a map").help(format!("write `- condition: {condition}`"));
            return None;
        }
        let flattened = node.get("version").is_some();
        let fields = self.fields(node, what, if flattened { &FLATTENED } else { &CRITERION })?;
        let mut condition = fields.required_word(self, "condition");
        let context = fields.word(self, "context");
        let kind = match fields.get("type") {
            Some(node) => self.expression_type(node, "`type`", &OF_CRITERIA),
            None => Some(ExpressionType { language: Language::Simple, version: None, span: node.span }),
        };
        let kind = match kind {
            Some(kind) => self.flattened_version(&fields, kind),
            None => {
                // Nobody can tell what the condition means.
                condition = Text::missing(condition.node.span);
                ExpressionType { language: Language::Simple, version: None, span: node.span }
            }
        };
        // Rule 67; with `simple` a context is allowed and means nothing (A5).
        if kind.language != Language::Simple && fields.get("context").is_none() && !condition.is_missing() {
            fields.lacks(self, "context").help("say what the condition is about: `context: $response.body`");
        }
        Some(Criterion { context, condition, kind, span: node.span })
    }

    /// Rule 69: the JSON Schema of Arazzo 1.0 has `version` beside `type`, which the prose has never allowed.
    fn flattened_version(&mut self, fields: &Fields<'_>, mut kind: ExpressionType) -> ExpressionType {
        let (Some(key), Some(node)) = (fields.key("version"), fields.get("version")) else {
            return kind;
        };
        let bare = fields.get("type").and_then(Node::as_str);
        let Some(language) = bare.filter(|_| !versions(kind.language).is_empty()) else {
            self.no_field(key, CRITERION.name);
            return kind;
        };
        let written = node.as_str().unwrap_or("…");
        let help = format!("write `type: {{type: {language}, version: {written}}}`");
        if self.version == Version::V1_0 {
            let message = "`version` belongs inside `type`";
            self.diagnostics.report(&rules::FLATTENED_VERSION, key.span, message).help(help);
        } else {
            self.no_field(key, CRITERION.name).help(help);
        }
        kind.version = self.language_version(node, kind.language);
        kind
    }

    /// A language by its name alone or with its version; `None` when it cannot be told.
    pub(super) fn expression_type(&mut self, node: &Node, what: &str, languages: &Languages) -> Option<ExpressionType> {
        let span = node.span;
        if !matches!(node.kind, Kind::Map(_) | Kind::String(_)) {
            self.wrong_type(node, what, "a string or a map");
            return None;
        }
        if node.as_str().is_some() {
            let language = self.choice(node, what, languages.bare)?.value;
            return Some(ExpressionType { language, version: None, span });
        }
        let fields = self.fields(node, what, &TYPE)?;
        let language = fields.required(self, "type");
        let language = language.and_then(|node| self.choice(node, "`type`", languages.object));
        let language = language?.value;
        let version = match fields.get("version") {
            Some(node) => self.language_version(node, language),
            None => {
                // A35: the specification both requires the version and names a default.
                let default = versions(language).first().map_or("", |version| version.name);
                self.diagnostics
                    .report(&rules::UNVERSIONED_TYPE, span, "this expression type object lacks `version`")
                    .note(format!("it is read as `{default}`, as if only the name were written"));
                None
            }
        };
        Some(ExpressionType { language, version, span })
    }

    /// Rule 69: language and version fit.
    fn language_version(&mut self, node: &Node, language: Language) -> Option<Text> {
        let version = self.word(node, "`version`");
        if version.is_missing() {
            return None;
        }
        let known = versions(language);
        if let Some(choice) = known.iter().find(|choice| choice.name == version.value) {
            if choice.since > self.version {
                self.newer(node.span, &format!("the version `{}`", choice.name))
                    .help("or write the name of the language alone, without a version");
            }
            return Some(version);
        }
        let available = known.iter().filter(|choice| choice.since <= self.version).map(|choice| choice.name);
        let listed: Vec<String> = available.clone().map(|name| format!("`{name}`")).collect();
        let meant = suggest(&version.value, available);
        let message = format!("`version` must be {}, not `{}`", alternatives(&listed), version.value);
        self.invalid(node.span, message).did_you_mean(meant);
        None
    }
}
