//! How much an expression does for each node of a document: of some it is far more than to look at each once.

use xpath_eval::{Axis, Expr, FilterExpr, LocationPath, PathExpr, PrimaryExpr};

/// How many nodes and attributes a document may have, by how often an expression may look at all of them: once, once for each
/// of them, and so on. Then it is done after a second or so.
const MOST: [usize; 4] = [usize::MAX, 10_000, 500, 100];

/// How many nodes and attributes a document may have that is asked an expression.
pub(super) fn most_parts(expression: &Expr) -> usize {
    let power = power(expression, false);
    MOST[power.clamp(1, MOST.len()) - 1]
}

/// The power of the number of nodes that an expression takes, in the worst document: for one node, or, inside of a predicate,
/// for each of all nodes together. Elements are not deep in each other, so what is below a node counts once for all of them.
fn power(expression: &Expr, inside: bool) -> usize {
    match expression {
        Expr::Or(left, right)
        | Expr::And(left, right)
        | Expr::Additive(left, _, right)
        | Expr::Multiplicative(left, _, right)
        | Expr::Union(left, right) => power(left, inside).max(power(right, inside)),
        Expr::Equality(left, _, right) | Expr::Relational(left, _, right) => {
            let apart = power(left, inside).max(power(right, inside));
            match (nodes(left, inside), nodes(right, inside)) {
                // Each node of the one is compared with each of the other.
                (Nodes::All, Nodes::All) => apart.max(2 + usize::from(inside)),
                (Nodes::All | Nodes::Below, Nodes::All | Nodes::Below) => apart.max(2),
                _ => apart,
            }
        }
        Expr::Negate(inner) => power(inner, inside),
        Expr::Path(PathExpr::Location(path)) => of_path(path, inside),
        Expr::Path(PathExpr::Filter(filter)) => of_filter(filter, inside),
        Expr::Path(PathExpr::FilterLocation(filter, path)) => {
            let begins_anywhere = inside && matches!(of_primary(&filter.primary, inside), Nodes::All);
            of_filter(filter, inside).max(of_path(path, inside) + usize::from(begins_anywhere))
        }
    }
}

fn of_path(path: &LocationPath, inside: bool) -> usize {
    let wide = wide_steps(path, inside);
    let looks = match (inside, path.is_absolute) {
        (false, _) => 1 + wide.min(1),
        (true, true) => 2 + wide.min(1),
        (true, false) => 1 + wide.min(2),
    };
    looks + path.steps.iter().map(|step| more(&step.predicates)).max().unwrap_or(0)
}

fn of_filter(filter: &FilterExpr, inside: bool) -> usize {
    let own = match &filter.primary {
        PrimaryExpr::Parenthesized(inner) => power(inner, inside),
        PrimaryExpr::Function(call) => {
            let arguments = call.args.iter().map(|argument| power(argument, inside)).max().unwrap_or(1);
            // It looks through the whole document.
            arguments.max(if call.name.local == "id" { 1 + usize::from(inside) } else { 1 })
        }
        PrimaryExpr::Variable(_) | PrimaryExpr::Literal(_) | PrimaryExpr::Number(_) => 1,
    };
    own + more(&filter.predicates)
}

/// What predicates add to looking at each node once.
fn more(predicates: &[Expr]) -> usize {
    predicates.iter().map(|predicate| power(predicate, true) - 1).max().unwrap_or(0)
}

/// How many steps can lead from one node to all others. Several of them meet in the same nodes, unless that is so for each
/// node anew.
fn wide_steps(path: &LocationPath, inside: bool) -> usize {
    let mut has_gone_up = false;
    let wide = path.steps.iter().filter(|step| match step.axis {
        Axis::Following | Axis::FollowingSibling | Axis::Preceding | Axis::PrecedingSibling => true,
        Axis::Parent | Axis::Ancestor | Axis::AncestorOrSelf => {
            has_gone_up = inside;
            false
        }
        Axis::Child | Axis::Descendant | Axis::DescendantOrSelf => has_gone_up,
        Axis::Attribute | Axis::Namespace | Axis::SelfAxis => false,
    });
    wide.count()
}

/// What nodes the value of an expression can be.
enum Nodes {
    /// It is a text, a number or a truth.
    None,
    /// Those at or below the node that is asked.
    Below,
    /// Any of the document.
    All,
}

fn nodes(expression: &Expr, inside: bool) -> Nodes {
    match expression {
        Expr::Path(PathExpr::Location(path) | PathExpr::FilterLocation(_, path)) => {
            let is_of_filter = matches!(expression, Expr::Path(PathExpr::FilterLocation(..)));
            if is_of_filter || path.is_absolute || wide_steps(path, inside) > 0 { Nodes::All } else { Nodes::Below }
        }
        Expr::Path(PathExpr::Filter(filter)) => of_primary(&filter.primary, inside),
        Expr::Union(..) => Nodes::All,
        _ => Nodes::None,
    }
}

fn of_primary(primary: &PrimaryExpr, inside: bool) -> Nodes {
    match primary {
        PrimaryExpr::Parenthesized(inner) => nodes(inner, inside),
        PrimaryExpr::Function(call) if call.name.local == "id" => Nodes::All,
        _ => Nodes::None,
    }
}
