//! The values that a schema lists, and the alternatives that it has.

use super::parts::alternatives;
use super::schema::Schema;
use crate::diagnostic::Diagnostics;
use crate::library::{Library, Located};
use serde_json::Value;

/// How deep alternatives may have alternatives.
const DEEPEST: usize = 8;

impl<'a> Schema<'a> {
    /// All values that a resolved schema allows, where it lists them: in `enum` or `const`, or in alternatives that all
    /// list theirs, as those do which describe each value of an enum by itself.
    pub fn listed_values(self, library: &Library<'a, '_>) -> Option<Vec<Value>> {
        self.listed_at(library, 0)
    }

    /// The alternatives of each `anyOf` and `oneOf` of a resolved schema that has several, null left out.
    pub fn choices(self) -> Vec<Vec<Schema<'a>>> {
        let of_part = |part: Located<'a>| {
            let lists = alternatives(part.node).filter(|(others, _)| (2..=256).contains(&others.len()));
            lists.map(move |(others, _)| {
                others.into_iter().map(|node| self.of_parts(vec![Located { node, ..part }])).collect()
            })
        };
        self.parts().flat_map(of_part).collect()
    }

    /// Its title.
    pub fn title(self) -> Option<&'a str> {
        self.all("title").find_map(|found| found.node.as_str())
    }

    fn listed_at(self, library: &Library<'a, '_>, depth: usize) -> Option<Vec<Value>> {
        let mut common = self.values();
        for part in self.parts() {
            for (others, null) in alternatives(part.node).filter(|(others, _)| (2..=256).contains(&others.len())) {
                let others = others.into_iter().map(|node| Located { node, ..part });
                let Some(mut values) = self.of_alternatives(others, library, depth) else { continue };
                if null {
                    values.push(Value::Null);
                }
                common = Some(match common {
                    None => values,
                    Some(known) => known.into_iter().filter(|value| values.contains(value)).collect(),
                });
            }
        }
        common.filter(|values| !values.is_empty())
    }

    fn of_alternatives(
        self,
        others: impl Iterator<Item = Located<'a>>,
        library: &Library<'a, '_>,
        depth: usize,
    ) -> Option<Vec<Value>> {
        let mut all = Vec::new();
        for other in others {
            // What is wrong with a schema is reported where its type counts.
            let (schema, is_nullable) = self.of_parts(vec![other]).resolve(library, &mut Diagnostics::new())?;
            if depth == DEEPEST {
                return None;
            }
            let null = is_nullable.then_some(Value::Null);
            for value in schema.listed_at(library, depth + 1)?.into_iter().chain(null) {
                if !all.contains(&value) {
                    all.push(value);
                }
            }
        }
        Some(all)
    }
}
