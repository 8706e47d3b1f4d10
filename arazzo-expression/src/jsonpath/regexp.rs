//! I-Regexp (RFC 9485), the patterns of `match` and `search`, translated to regex-lite.
//!
//! The translation reads the whole grammar instead of replacing dots: what is no I-Regexp must not match (RFC 9535,
//! section 2.4.6), and regex-lite knows much that I-Regexp does not (`\d`, `(?i)`, lazy quantifiers).
//!
//! One deliberate difference: RFC 9485 counts `^` and `$` among the normal characters, yet the compliance suite of
//! RFC 9535 and every implementation read them as anchors, and so do authors. They are anchors here.

use regex_lite::{Regex, RegexBuilder};
use std::fmt::Write as _;

/// Bytes that a compiled pattern may take. A pattern can come from a response, so it must not cost more than a page of
/// text would.
const SIZE_LIMIT: usize = 1 << 20;

/// Bytes that a pattern may have, for the same reason: regex-lite builds a tree before it looks at the size.
pub(super) const MAX_LENGTH: usize = 1 << 14;

/// States at which compiling gives up: one takes about 32 bytes.
const MOST_STATES: u64 = SIZE_LIMIT as u64 / 32;

/// Open groups at one place of a pattern; regex-lite has the same bound.
const MAX_GROUPS: usize = 50;

/// A pattern ready for use.
#[derive(Debug, Clone)]
pub(super) struct Regexp {
    regex: Regex,
    /// About how many states it has: each character of a text may be compared with all of them.
    states: u64,
}

impl Regexp {
    /// Whether it matches a text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// What it costs to look at a text, in steps of an evaluation.
    pub(super) fn work(&self, text: &str) -> u64 {
        self.states.saturating_mul(text.len() as u64) / 8
    }
}

/// A pattern compiled while its query was parsed. It follows from the tree around it, so all of them compare equal.
#[derive(Debug, Clone, Default)]
pub(super) struct Compiled(pub(super) Option<Regexp>);

impl PartialEq for Compiled {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Why a pattern cannot be used.
#[derive(Debug)]
pub(super) struct Refusal {
    /// What is wrong, beginning with what it is about.
    pub(super) message: String,
    /// What to write instead.
    pub(super) help: Option<&'static str>,
}

/// Compiles an I-Regexp: for the whole of a string, or for a part of it.
pub(super) fn compile(pattern: &str, whole: bool) -> Result<Regexp, Refusal> {
    translate(pattern, whole)?.compile()
}

/// An I-Regexp as regex-lite writes it.
pub(super) struct Translated {
    text: String,
    states: u64,
}

impl Translated {
    /// What it costs to compile it, in steps of an evaluation.
    pub(super) fn work(&self) -> u64 {
        self.text.len() as u64 + self.states.min(MOST_STATES)
    }

    pub(super) fn compile(self) -> Result<Regexp, Refusal> {
        let built = RegexBuilder::new(&self.text).size_limit(SIZE_LIMIT).build();
        let built = built.map(|regex| Regexp { regex, states: self.states });
        built.map_err(|error| Refusal { message: format!("the pattern cannot be compiled: {error}"), help: None })
    }
}

/// Translates an I-Regexp, which takes no longer than to read it.
pub(super) fn translate(pattern: &str, whole: bool) -> Result<Translated, Refusal> {
    if pattern.len() > MAX_LENGTH {
        return Err(refuse(format!("the pattern is longer than {MAX_LENGTH} bytes"), None));
    }
    let out = String::with_capacity(pattern.len() + 16);
    let mut translation = Translation { pattern, at: 0, outer: Vec::new(), states: 1, last: 0, out };
    if whole {
        translation.out.push_str(r"\A(?:");
    }
    translation.alternatives()?;
    if whole {
        translation.out.push_str(r")\z");
    }
    Ok(Translated { text: translation.out, states: translation.states })
}

struct Translation<'p> {
    pattern: &'p str,
    at: usize,
    /// The states before each open group, outside of it.
    outer: Vec<u64>,
    /// The states so far, inside of the innermost open group.
    states: u64,
    /// Those of the last atom.
    last: u64,
    out: String,
}

impl Translation<'_> {
    fn peek(&self) -> Option<char> {
        self.pattern[self.at..].chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// `i-regexp = branch *( "|" branch )`, without recursion: groups are counted.
    fn alternatives(&mut self) -> Result<(), Refusal> {
        // A quantifier needs an atom before it, and takes it away.
        let mut quantifiable = false;
        while let Some(next) = self.bump() {
            let atom = match next {
                '|' => {
                    self.out.push('|');
                    false
                }
                '(' => {
                    self.outer.push(std::mem::replace(&mut self.states, 1));
                    if self.outer.len() > MAX_GROUPS {
                        return Err(refuse(format!("more than {MAX_GROUPS} groups inside each other"), None));
                    }
                    if self.peek() == Some('?') {
                        return Err(refuse("`(?` is not part of I-Regexp", Some("a plain group is `(…)`")));
                    }
                    // No captures are needed, and regex-lite is faster without.
                    self.out.push_str("(?:");
                    false
                }
                ')' => {
                    let Some(outer) = self.outer.pop() else {
                        return Err(refuse("`)` closes no group", Some(r"a literal parenthesis is `[)]`")));
                    };
                    self.last = self.states;
                    self.states = self.states.saturating_add(outer);
                    self.out.push(')');
                    true
                }
                '*' | '+' | '?' if quantifiable => {
                    self.states = self.states.saturating_add(1);
                    self.out.push(next);
                    false
                }
                '{' if quantifiable => {
                    self.counted()?;
                    false
                }
                '*' | '+' | '?' | '{' => {
                    let message = format!("`{next}` follows nothing that it could repeat");
                    return Err(refuse(message, Some("I-Regexp has no lazy or possessive quantifiers")));
                }
                ']' | '}' => {
                    return Err(refuse(format!("`{next}` must be escaped outside of brackets"), None));
                }
                '.' => {
                    self.out.push_str(r"[^\n\r]");
                    self.atom(1);
                    true
                }
                '[' => {
                    let begin = self.at;
                    self.class()?;
                    self.atom((self.at - begin) as u64);
                    true
                }
                '\\' => {
                    let escaped = self.escape()?;
                    self.literal(escaped);
                    self.atom(1);
                    true
                }
                '^' | '$' => {
                    self.out.push(next);
                    false
                }
                _ => {
                    self.literal(next);
                    self.atom(next.len_utf8() as u64);
                    true
                }
            };
            quantifiable = atom;
        }
        match self.outer.is_empty() {
            true => Ok(()),
            false => Err(refuse("`(` is never closed", None)),
        }
    }

    /// Counts the states of something that can be repeated.
    fn atom(&mut self, states: u64) {
        self.last = states;
        self.states = self.states.saturating_add(states);
    }

    /// `"{" QuantExact [ "," [ QuantExact ] ] "}"`, behind the brace.
    fn counted(&mut self) -> Result<(), Refusal> {
        let rest = &self.pattern[self.at..];
        let bounds = rest.find('}').map(|end| &rest[..end]);
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let valid = bounds.is_some_and(|bounds| match bounds.split_once(',') {
            None => digits(bounds),
            Some((least, most)) => digits(least) && (most.is_empty() || digits(most)),
        });
        match bounds {
            Some(bounds) if valid => {
                let _ = write!(self.out, "{{{bounds}}}");
                let counts = bounds.split(',').filter(|count| !count.is_empty());
                let most = counts.map(|count| count.parse().unwrap_or(u64::MAX)).max().unwrap_or(0);
                self.states = self.states.saturating_add(self.last.saturating_mul(most.saturating_sub(1)));
                self.at += bounds.len() + 1;
                Ok(())
            }
            _ => Err(refuse("`{` begins no count", Some("a count is `{2}`, `{2,}` or `{2,5}`"))),
        }
    }

    /// `"[" [ "^" ] ( "-" / CCE1 ) *CCE1 [ "-" ] "]"`, behind the bracket.
    fn class(&mut self) -> Result<(), Refusal> {
        self.out.push('[');
        if self.eat('^') {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            match self.peek() {
                None => return Err(refuse("`[` is never closed", None)),
                Some(']') if first => return Err(refuse("`[]` holds no characters", None)),
                Some(']') => break,
                Some('-') => {
                    self.bump();
                    if !first && self.peek() != Some(']') {
                        return Err(refuse("`-` inside brackets must be first, last or escaped", None));
                    }
                    self.literal('-');
                }
                Some(_) => {
                    let low = self.class_character()?;
                    self.literal(low);
                    if self.peek() == Some('-') && !self.pattern[self.at..].starts_with("-]") {
                        self.bump();
                        let high = self.class_character()?;
                        if high < low {
                            return Err(refuse(format!("the range `{low}-{high}` is the wrong way round"), None));
                        }
                        self.out.push('-');
                        self.literal(high);
                    }
                }
            }
            first = false;
        }
        self.bump();
        self.out.push(']');
        Ok(())
    }

    fn class_character(&mut self) -> Result<char, Refusal> {
        match self.bump() {
            Some('\\') => self.escape(),
            Some(next @ ('[' | '-')) => {
                Err(refuse(format!("`{next}` inside brackets must be escaped"), Some(r"write `\[` or `\-`")))
            }
            Some(next) if next != ']' => Ok(next),
            _ => Err(refuse("a range inside brackets has no end", None)),
        }
    }

    /// What stands behind a backslash: `SingleCharEsc`. Categories are part of I-Regexp, but not of regex-lite.
    fn escape(&mut self) -> Result<char, Refusal> {
        match self.bump() {
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some(plain @ ('(' | ')' | '*' | '+' | '-' | '.' | '?' | '[' | '\\' | ']' | '^' | '{' | '|' | '}')) => {
                Ok(plain)
            }
            Some(kind @ ('p' | 'P')) => {
                let rest = &self.pattern[self.at..];
                let name = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(name, _)| name);
                let name = name.map_or(String::new(), |name| format!("{{{name}}}"));
                let help = "name the characters, as in `[A-Z]`";
                Err(refuse(format!(r"the Unicode category `\{kind}{name}` is not supported"), Some(help)))
            }
            Some(other) => {
                let help = match other {
                    'd' => Some("write `[0-9]`"),
                    'D' => Some("write `[^0-9]`"),
                    'w' => Some("write `[A-Za-z0-9_]`"),
                    'W' => Some("write `[^A-Za-z0-9_]`"),
                    's' => Some(r"write `[ \\t\\n\\r]`"),
                    'S' => Some(r"write `[^ \\t\\n\\r]`"),
                    '$' => Some("write `[$]`"),
                    '/' => Some("write `/`"),
                    _ => None,
                };
                Err(refuse(format!(r"`\{other}` is not part of I-Regexp"), help))
            }
            None => Err(refuse("a backslash stands at the end", None)),
        }
    }

    /// A character that stands for itself, in brackets or not.
    fn literal(&mut self, character: char) {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '_' => self.out.push(character),
            // As a number, so that neither regex-lite's classes (`&&`, `--`) nor its escapes have to be known here.
            _ if character.is_ascii() => {
                let _ = write!(self.out, r"\x{:02X}", u32::from(character));
            }
            _ => self.out.push(character),
        }
    }
}

fn refuse(message: impl Into<String>, help: Option<&'static str>) -> Refusal {
    Refusal { message: message.into(), help }
}

#[cfg(test)]
mod tests {
    use super::compile;

    fn whole(pattern: &str, text: &str) -> bool {
        compile(pattern, true).is_ok_and(|regex| regex.is_match(text))
    }

    #[test]
    fn the_whole_grammar_is_translated() {
        assert!(whole("a.c", "abc") && !whole("a.c", "a\nc") && !whole("a.c", "a\rc") && !whole("a.c", "xabcx"));
        assert!(whole("a|bc", "bc") && !whole("a|bc", "ac"));
        assert!(whole("(ab){2}", "abab") && whole("a{1,}", "aaa") && !whole("a{1,2}", "aaa"));
        assert!(whole("", "") && whole("a||b", "") && whole("()", ""));
        assert!(whole("[a-c-]+", "b-") && whole("[-a]+", "-a") && whole("[^a]", "b") && whole("[.&~^$]+", ".&~^$"));
        assert!(whole(r"[\]\[\-]+", "][-") && whole(r"\.\*\\", r".*\") && whole(r"\n\r\t", "\n\r\t"));
        assert!(whole("[а-я]+", "привет") && whole("☺?", "☺") && whole(".", "𐄁") && whole("#-/&", "#-/&"));
        assert!(whole("^ab$", "ab"), "anchors, as the compliance suite wants them");
        assert!(compile("b", false).is_ok_and(|regex| regex.is_match("abc")));
    }

    #[test]
    fn what_is_no_i_regexp_is_refused_by_name() {
        for (pattern, message) in [
            (r"\p{Lu}", r"the Unicode category `\p{Lu}` is not supported"),
            (r"[\P{L}]", r"the Unicode category `\P{L}` is not supported"),
            (r"\d+", r"`\d` is not part of I-Regexp"),
            ("(?:a)", "`(?` is not part of I-Regexp"),
            ("a*?", "`?` follows nothing that it could repeat"),
            ("*a", "`*` follows nothing that it could repeat"),
            ("(a", "`(` is never closed"),
            ("a)", "`)` closes no group"),
            ("[a", "`[` is never closed"),
            ("[]", "`[]` holds no characters"),
            ("[a-b-c]", "`-` inside brackets must be first, last or escaped"),
            ("[c-a]", "the range `c-a` is the wrong way round"),
            ("[a-", "a range inside brackets has no end"),
            ("[[]", "`[` inside brackets must be escaped"),
            ("a]", "`]` must be escaped outside of brackets"),
            ("a{x}", "`{` begins no count"),
            ("a{,2}", "`{` begins no count"),
            ("a{2", "`{` begins no count"),
            ("a\\", "a backslash stands at the end"),
        ] {
            let refusal = compile(pattern, true).err().map(|refusal| refusal.message);
            assert_eq!(refusal.as_deref(), Some(message), "{pattern}");
        }
        for pattern in ["a{2,1}", "(((((a{99}){99}){99}){99}){99})", &"(".repeat(100_000), &"a".repeat(10_000_000)] {
            assert!(compile(pattern, true).is_err());
        }
    }
}
