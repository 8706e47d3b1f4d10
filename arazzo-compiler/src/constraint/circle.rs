//! Schemas that ask of a value what they ask of it: no value could ever be checked.

use arazzo_expression::schema::{Check, Place, Schema};

/// A node that leads back to itself without going into a part of the value.
pub(super) fn find(schema: &Schema) -> Option<Place> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let nodes = schema.nodes();
    let next: Vec<Vec<Place>> = nodes.iter().map(|checks| checks.iter().flat_map(in_place).collect()).collect();
    let mut states = vec![State::New; nodes.len()];
    for start in 0..nodes.len() {
        if states[start] != State::New {
            continue;
        }
        states[start] = State::Open;
        let mut way = vec![(start, 0)];
        while let Some((place, branch)) = way.last_mut() {
            let Some(to) = next[*place].get(*branch).copied() else {
                states[*place] = State::Done;
                way.pop();
                continue;
            };
            *branch += 1;
            match states[to] {
                State::Open => return Some(to),
                State::Done => {}
                State::New => {
                    states[to] = State::Open;
                    way.push((to, 0));
                }
            }
        }
    }
    None
}

/// The nodes that a check asks of the same value.
pub(super) fn in_place(check: &Check) -> Vec<Place> {
    match check {
        Check::Schema(place) | Check::Not(place) => vec![*place],
        Check::AllOf(places) | Check::AnyOf(places) | Check::OneOf(places) => places.clone(),
        Check::If { condition, then, otherwise } => {
            [Some(*condition), *then, *otherwise].into_iter().flatten().collect()
        }
        Check::DependentSchemas(dependent) => dependent.iter().map(|(_, place)| *place).collect(),
        _ => Vec::new(),
    }
}
