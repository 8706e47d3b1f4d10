//! Values that are sent where a schema leaves a choice, by `anyOf` or `oneOf`: they fit one of the alternatives.

use super::constant::name;
use super::{Sender, Target};
use crate::diagnostic::{Diagnostics, Level, rules, suggest};
use crate::openapi::{Schema, SchemaKind};
use crate::resolve::{Payload, listed};

/// How many alternatives are tried in all for one value: those of a schema can have alternatives of their own.
pub(super) const MOST: u32 = 2_000;

/// An alternative that a value does not fit, and what is wrong with the value then.
struct Failed<'a> {
    schema: Schema<'a>,
    findings: Diagnostics,
}

impl<'a> Sender<'_, 'a, '_> {
    /// A value that a schema has alternatives for, and nothing else to say about.
    pub(super) fn choice(&mut self, value: &Payload, schema: Schema<'a>, target: &Target<'a>) {
        let is_known = |value: &Payload| !matches!(value, Payload::String(text) if text.starts_with('$'));
        for alternatives in schema.choices() {
            let mut failed = Vec::new();
            for alternative in alternatives {
                if self.left == 0 || !is_known(value) {
                    return;
                }
                self.left -= 1;
                // What is wrong with a schema is reported elsewhere.
                let Some((schema, _)) = self.resolve(alternative) else { return };
                let findings = self.tried(value, schema, target);
                if !findings.has_errors() {
                    failed.clear();
                    break;
                }
                failed.push(Failed { schema, findings });
            }
            if failed.len() > 1 {
                self.misfit(value, schema, failed, target);
            }
        }
    }

    /// What would be found if that were the schema.
    fn tried(&mut self, value: &Payload, schema: Schema<'a>, target: &Target<'a>) -> Diagnostics {
        let mut findings = Diagnostics::new();
        let mut trial = Sender {
            place: self.place,
            around: self.around,
            library: self.library,
            replaced: std::mem::take(&mut self.replaced),
            is_patch: self.is_patch,
            left: self.left,
            diagnostics: &mut findings,
        };
        trial.value(value, schema, target);
        (self.replaced, self.left) = (trial.replaced, trial.left);
        findings
    }

    fn misfit(&mut self, value: &Payload, schema: Schema<'a>, failed: Vec<Failed<'a>>, target: &Target<'a>) {
        let is_structure = |kind: &SchemaKind<'_>| matches!(kind, SchemaKind::Object | SchemaKind::Map(_));
        let kinds: Vec<SchemaKind<'a>> = failed.iter().map(|failed| failed.schema.kind()).collect();
        let fits_kind = |kind: &SchemaKind<'_>| match value {
            Payload::Object(_) => is_structure(kind),
            Payload::List(_) => matches!(kind, SchemaKind::List(_)),
            Payload::Bool(_) => matches!(kind, SchemaKind::Boolean),
            Payload::Number(_) => matches!(kind, SchemaKind::Integer | SchemaKind::Number),
            _ => matches!(kind, SchemaKind::String(_)),
        };
        let has_kind = kinds.iter().any(fits_kind);
        // One may be a choice again.
        if !has_kind && !kinds.iter().any(SchemaKind::is_any) {
            self.wrong_kind(value, &kinds, schema, target);
            return;
        }
        let of_kind = failed.into_iter().zip(kinds).filter(|(_, kind)| fits_kind(kind) || !has_kind);
        let mut meant: Vec<Failed<'a>> = of_kind.map(|(failed, _)| failed).collect();
        // Where a property tells which one is meant, that one alone counts.
        let is_of_another = |failed: &Failed<'a>| self.is_of_another(value, failed.schema);
        let (others, own): (Vec<_>, Vec<_>) = meant.into_iter().partition(is_of_another);
        if own.is_empty() && self.no_variant(value, &others, target) {
            return;
        }
        meant = if own.is_empty() { others } else { own };
        // Else the one of which all is there that it requires.
        let (whole, parts): (Vec<_>, Vec<_>) = meant.into_iter().partition(|failed| is_whole(value, failed.schema));
        meant = if whole.is_empty() { parts } else { whole };
        let mut first = meant.remove(0);
        let is_shared = |message: &str| {
            meant.iter().all(|other| other.findings.findings().iter().any(|finding| finding.message == message))
        };
        let shared: Vec<bool> = first.findings.findings().iter().map(|finding| is_shared(&finding.message)).collect();
        if shared.contains(&true) {
            let mut shared = shared.into_iter();
            first.findings.relevel(|finding| Some(finding.level).filter(|_| shared.next() == Some(true)));
            self.diagnostics.append(first.findings);
            return;
        }
        let message = format!("{} fits none of the alternatives of its schema", target.shown());
        let finding = self.diagnostics.error(&rules::UNFIT_VALUE, target.span, message);
        finding.also(schema.at.node.span, "its schema");
        for failed in std::iter::once(&first).chain(&meant).take(3) {
            let errors = failed.findings.findings().iter().filter(|finding| finding.level == Level::Error);
            if let Some(error) = errors.into_iter().next() {
                let name = match failed.schema.title() {
                    Some(title) => format!("as `{title}`"),
                    None => "by one of them".to_owned(),
                };
                finding.note(format!("{name}, {}", error.message));
            }
        }
    }

    /// Whether an object has a property that is another constant in an alternative, as that of a discriminator.
    fn is_of_another(&self, value: &Payload, schema: Schema<'a>) -> bool {
        let Payload::Object(members) = value else { return false };
        members.iter().any(|(name, member)| {
            let (Some(property), Some(constant)) = (schema.property(name), member.constant()) else { return false };
            let values = self.resolve(property).and_then(|(property, _)| property.listed_values(self.library));
            values.is_some_and(|values| values.len() == 1 && !values.contains(&constant))
        })
    }

    /// Reports a property of which each alternative asks for other values than it has, if there is one.
    fn no_variant(&mut self, value: &Payload, all: &[Failed<'a>], target: &Target<'a>) -> bool {
        let Payload::Object(members) = value else { return false };
        for (name, member) in members {
            let Some(serde_json::Value::String(text)) = member.constant() else { continue };
            let mut texts: Vec<String> = Vec::new();
            let mut is_everywhere = true;
            for failed in all {
                let property = failed.schema.property(name).and_then(|property| self.resolve(property));
                let values = property.and_then(|(property, _)| property.listed_values(self.library));
                is_everywhere &=
                    values.as_ref().is_some_and(|values| !values.iter().any(|value| *value == text.as_str()));
                texts.extend(values.into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)));
            }
            if !is_everywhere {
                continue;
            }
            let inside = self.inside(target, name);
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let near = suggest(&text, texts.iter().copied());
            let message = format!("`{text}` is none of the values of {}", inside.shown());
            let finding = self.diagnostics.error(&rules::UNFIT_VALUE, inside.span, message);
            if let Some(first) = all.first() {
                finding.also(first.schema.at.node.span, "the first of several alternatives");
            }
            match near {
                Some(_) => finding.did_you_mean(near),
                None => finding.help(format!("it is one of {}", listed(&texts))),
            };
            return true;
        }
        false
    }

    fn wrong_kind(&mut self, value: &Payload, kinds: &[SchemaKind<'a>], schema: Schema<'a>, target: &Target<'a>) {
        let mut names: Vec<&str> = Vec::new();
        for kind in kinds {
            if !names.contains(&name(kind)) {
                names.push(name(kind));
            }
        }
        let what = match value {
            Payload::Object(_) => "an object",
            Payload::List(_) => "a list",
            Payload::Bool(_) => "a boolean",
            Payload::Number(_) => "a number",
            _ => "a string",
        };
        let asked = match names.as_slice() {
            [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
            _ => names.join(", "),
        };
        let message = format!("{} must be {asked}, and this is {what}", target.shown());
        self.diagnostics.error(&rules::UNFIT_VALUE, target.span, message).also(schema.at.node.span, "its schema");
    }
}

/// Whether an object has all properties that a schema requires.
fn is_whole(value: &Payload, schema: Schema<'_>) -> bool {
    let Payload::Object(members) = value else { return false };
    let required = schema.all("required").filter_map(|found| found.node.as_list()).flatten();
    required.filter_map(|entry| entry.as_str()).all(|name| members.iter().any(|(given, _)| given == name))
}
