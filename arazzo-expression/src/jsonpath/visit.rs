//! Walks over whole trees: to move or forget positions, and to find the runtime expressions.

use super::Criterion;
use super::tree::{Comparable, Function, Logical, Query, Segment, Selector, Test};
use crate::expression::{Expression, Id, Name, Operand, Source};
use std::ops::Range;

/// What is done with each position.
type OnSpan<'f> = &'f mut dyn FnMut(&mut Range<usize>);

/// What is done with each runtime expression.
type OnOperand<'f, 't> = &'f mut dyn FnMut(&'t Operand);

impl Query {
    /// The same query without positions, so that `==` compares what is meant and not where it stands.
    #[must_use]
    pub fn without_spans(&self) -> Self {
        let mut copy = self.clone();
        query_spans(&mut copy, &mut forget);
        copy
    }

    /// The runtime expressions inside, in order. There are none in an RFC 9535 query.
    #[must_use]
    pub fn operands(&self) -> Vec<&Operand> {
        let mut found = Vec::new();
        query_operands(self, &mut |operand| found.push(operand));
        found
    }
}

impl Logical {
    /// The same expression without positions, so that `==` compares what is meant and not where it stands.
    #[must_use]
    pub fn without_spans(&self) -> Self {
        let mut copy = self.clone();
        logical_spans(&mut copy, &mut forget);
        copy
    }

    /// The runtime expressions inside, in order.
    #[must_use]
    pub fn operands(&self) -> Vec<&Operand> {
        let mut found = Vec::new();
        logical_operands(self, &mut |operand| found.push(operand));
        found
    }
}

impl Criterion {
    /// The same criterion without positions, so that `==` compares what is meant and not where it stands.
    #[must_use]
    pub fn without_spans(&self) -> Self {
        match self {
            Self::Query(query) => Self::Query(query.without_spans()),
            Self::Bare(logical) => Self::Bare(logical.without_spans()),
        }
    }

    /// The runtime expressions inside, in order. There are none in an RFC 9535 query.
    #[must_use]
    pub fn operands(&self) -> Vec<&Operand> {
        match self {
            Self::Query(query) => query.operands(),
            Self::Bare(logical) => logical.operands(),
        }
    }
}

fn forget(span: &mut Range<usize>) {
    *span = 0..0;
}

fn query_spans(query: &mut Query, on: OnSpan<'_>) {
    on(&mut query.span);
    for segment in &mut query.segments {
        let (Segment::Child { selectors, span } | Segment::Descendant { selectors, span }) = segment;
        on(span);
        for selector in selectors {
            match selector {
                Selector::Name { span, .. }
                | Selector::Wildcard { span }
                | Selector::Index { span, .. }
                | Selector::Slice { span, .. } => on(span),
                Selector::Filter { condition, span } => {
                    on(span);
                    logical_spans(condition, on);
                }
            }
        }
    }
}

fn logical_spans(logical: &mut Logical, on: OnSpan<'_>) {
    match logical {
        Logical::Or(parts) | Logical::And(parts) => parts.iter_mut().for_each(|part| logical_spans(part, on)),
        Logical::Not(inner) => logical_spans(inner, on),
        Logical::Compare { left, right, .. } => {
            comparable_spans(left, on);
            comparable_spans(right, on);
        }
        Logical::Test(Test::Query(query)) => query_spans(query, on),
        Logical::Test(Test::Function(call)) => {
            on(&mut call.span);
            function_spans(&mut call.function, on);
        }
        Logical::Test(Test::Expression(operand)) => operand_spans(operand, on),
    }
}

fn comparable_spans(comparable: &mut Comparable, on: OnSpan<'_>) {
    match comparable {
        Comparable::Literal(_, span) => on(span),
        Comparable::Query(query) => query_spans(query, on),
        Comparable::Function(call) => {
            on(&mut call.span);
            function_spans(&mut call.function, on);
        }
        Comparable::Expression(operand) => operand_spans(operand, on),
    }
}

fn function_spans(function: &mut Function, on: OnSpan<'_>) {
    match function {
        Function::Length(value) => comparable_spans(value, on),
        Function::Count(query) | Function::Value(query) => query_spans(query, on),
        Function::Match(pattern) | Function::Search(pattern) => {
            comparable_spans(&mut pattern.input, on);
            comparable_spans(&mut pattern.pattern, on);
        }
    }
}

/// Every position of a runtime expression. Accessors and pointers have none.
fn operand_spans(operand: &mut Operand, on: OnSpan<'_>) {
    on(&mut operand.span);
    let ids: [Option<&mut Id>; 2] = match &mut operand.expression {
        Expression::Url | Expression::Method | Expression::StatusCode | Expression::SelfUri => [None, None],
        Expression::Request(source) | Expression::Response(source) | Expression::Message(source) => match source {
            Source::Header(id) | Source::Query(id) | Source::Path(id) => [Some(id), None],
            Source::Body(_) | Source::Payload(_) => [None, None],
        },
        Expression::Inputs(Name { id, .. }) | Expression::Outputs(Name { id, .. }) => [Some(id), None],
        Expression::Steps { step, output } => [Some(step), Some(&mut output.id)],
        Expression::Workflows { workflow, name, .. } => [Some(workflow), Some(&mut name.id)],
        Expression::SourceDescriptions { source, reference } => [Some(source), Some(reference)],
        Expression::Components { kind, name } => [Some(kind), Some(name)],
    };
    for id in ids.into_iter().flatten() {
        on(&mut id.span);
    }
}

fn query_operands<'t>(query: &'t Query, on: OnOperand<'_, 't>) {
    for segment in &query.segments {
        for selector in segment.selectors() {
            if let Selector::Filter { condition, .. } = selector {
                logical_operands(condition, on);
            }
        }
    }
}

fn logical_operands<'t>(logical: &'t Logical, on: OnOperand<'_, 't>) {
    match logical {
        Logical::Or(parts) | Logical::And(parts) => parts.iter().for_each(|part| logical_operands(part, on)),
        Logical::Not(inner) => logical_operands(inner, on),
        Logical::Compare { left, right, .. } => {
            comparable_operands(left, on);
            comparable_operands(right, on);
        }
        Logical::Test(Test::Query(query)) => query_operands(query, on),
        Logical::Test(Test::Function(call)) => function_operands(&call.function, on),
        Logical::Test(Test::Expression(operand)) => on(operand),
    }
}

fn comparable_operands<'t>(comparable: &'t Comparable, on: OnOperand<'_, 't>) {
    match comparable {
        Comparable::Literal(..) => {}
        Comparable::Query(query) => query_operands(query, on),
        Comparable::Function(call) => function_operands(&call.function, on),
        Comparable::Expression(operand) => on(operand),
    }
}

fn function_operands<'t>(function: &'t Function, on: OnOperand<'_, 't>) {
    match function {
        Function::Length(value) => comparable_operands(value, on),
        Function::Count(query) | Function::Value(query) => query_operands(query, on),
        Function::Match(pattern) | Function::Search(pattern) => {
            comparable_operands(&pattern.input, on);
            comparable_operands(&pattern.pattern, on);
        }
    }
}
