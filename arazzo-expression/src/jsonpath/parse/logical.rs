//! Conditions: `||`, `&&`, `!`, parentheses, comparisons and tests (RFC 9535, section 2.3.5).

use super::item::Item;
use super::{Parsed, Parser};
use crate::condition::Operator;
use crate::jsonpath::tree::{Logical, Test};

impl Parser<'_> {
    /// `logical-or-expr = logical-and-expr *(S "||" S logical-and-expr)`
    pub(super) fn disjunction(&mut self) -> Parsed<Logical> {
        self.list("||", Self::conjunction, Logical::Or)
    }

    /// `logical-and-expr = basic-expr *(S "&&" S basic-expr)`
    fn conjunction(&mut self) -> Parsed<Logical> {
        self.list("&&", Self::basic, Logical::And)
    }

    fn list(
        &mut self,
        separator: &str,
        part: fn(&mut Self) -> Parsed<Logical>,
        list: fn(Vec<Logical>) -> Logical,
    ) -> Parsed<Logical> {
        let first = part(self)?;
        let mut parts = vec![first];
        loop {
            let end = self.cursor.position();
            self.skip_blank();
            if !self.cursor.eat(separator) {
                self.cursor.go_to(end);
                break;
            }
            self.skip_blank();
            parts.push(part(self)?);
        }
        Ok(match parts.len() {
            1 => parts.swap_remove(0),
            _ => list(parts),
        })
    }

    /// `basic-expr = paren-expr / comparison-expr / test-expr`
    fn basic(&mut self) -> Parsed<Logical> {
        if !self.at('!') {
            return match self.at('(') {
                true => self.parentheses(),
                false => self.comparison_or_test(),
            };
        }
        let bang = self.cursor.position();
        self.cursor.eat("!");
        self.skip_blank();
        if self.at('(') {
            return Ok(Logical::Not(Box::new(self.parentheses()?)));
        }
        if self.at('!') || self.at('=') {
            return Err(self.lone_bang(bang));
        }
        let item = self.item()?;
        self.not_compared_after_bang(bang)?;
        Ok(Logical::Not(Box::new(Logical::Test(self.test(item)?))))
    }

    /// `"(" S logical-expr S ")"`
    fn parentheses(&mut self) -> Parsed<Logical> {
        let opened = self.cursor.position();
        self.cursor.eat("(");
        self.skip_blank();
        let inner = self.nested(Self::disjunction)?;
        self.skip_blank();
        self.close(opened, "`&&`, `||` or `)`")?;
        self.not_compared_after_parentheses(opened)?;
        Ok(inner)
    }

    /// `comparable S comparison-op S comparable`, or a query or function alone.
    fn comparison_or_test(&mut self) -> Parsed<Logical> {
        let left = self.item()?;
        let Some(operator) = self.operator()? else {
            return Ok(Logical::Test(self.test(left)?));
        };
        let left = self.comparable(left)?;
        self.skip_blank();
        let right = self.right_item(operator)?;
        let right = self.comparable(right)?;
        self.not_compared_again()?;
        Ok(Logical::Compare { operator, left, right })
    }

    /// `S comparison-op`; stays where it is when there is none.
    pub(super) fn operator(&mut self) -> Parsed<Option<Operator>> {
        let end = self.cursor.position();
        self.skip_blank();
        self.no_foreign_operator()?;
        for (text, operator) in [
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ] {
            if self.cursor.eat(text) {
                return Ok(Some(operator));
            }
        }
        self.cursor.go_to(end);
        Ok(None)
    }

    /// `filter-query / function-expr`: what can be tested without a comparison.
    fn test(&self, item: Item) -> Parsed<Test> {
        match item {
            Item::Query(query) => Ok(Test::Query(query)),
            Item::Function(call) if call.function.is_logical() => Ok(Test::Function(call)),
            Item::Expression(operand) => Ok(Test::Expression(operand)),
            Item::Function(_) | Item::Literal(..) => Err(self.no_test(&item)),
        }
    }
}
