//! The command line.

use arazzo_compiler::diagnostic::{rules, suggest};
use arazzo_compiler::source::{Cache, Disk};
use arazzo_compiler::{Compilation, Options, compile};
use lexopt::prelude::*;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Descriptions that several of the documents use.
static CACHE: LazyLock<Cache> = LazyLock::new(Cache::default);

const HELP: &str = "\
Checks Arazzo documents (https://spec.openapis.org/arazzo), draws them, and shows the Rust code that `arazzo` makes of them.

Usage: cargo arazzo <COMMAND> [OPTIONS] [FILES]…

Commands:
  check FILES…     Check documents against the specification and the descriptions that they name
  graph FILE       Draw the flow of a document's workflows
  expand FILE      Print the Rust code that `arazzo_workflow!` makes of a document
  explain [RULE]   Say what a rule is for; without RULE, list all of them

Options:
  --format FORMAT       check: `human` (the default), `json` (one object for each finding and line) or `sarif`
                        graph: `svg` (the default) or `mermaid`
  --strict              Readings that go beyond the specification are errors
  --allow RULE          Be silent about a rule; errors cannot be silenced
  --deny RULE           Make a warning an error
  --only WORKFLOW       Only workflows of this id; can be there several times
  --source NAME=FILE    A local copy of a source description whose url is elsewhere
  --output FILE         graph and expand: write to a file
  -h, --help            Show this
  -V, --version         Show the version

Exit status: 0; 1 when a document has an error; 2 when the command is wrong or nothing can be written.
";

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    Check,
    Graph,
    Expand,
    Explain,
}

/// How to write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Human,
    Json,
    Sarif,
    Svg,
    Mermaid,
}

const COMMANDS: [(&str, Command); 4] =
    [("check", Command::Check), ("graph", Command::Graph), ("expand", Command::Expand), ("explain", Command::Explain)];

/// A command line that was understood.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) command: Command,
    pub(crate) format: Format,
    /// The files, or the rule to explain.
    pub(crate) operands: Vec<OsString>,
    pub(crate) output: Option<PathBuf>,
    strict: bool,
    allow: Vec<String>,
    deny: Vec<String>,
    only: Vec<String>,
    sources: BTreeMap<String, PathBuf>,
}

/// Why there is nothing to do.
#[derive(Debug, PartialEq)]
pub(crate) enum Stop {
    /// To say this, which was asked for.
    Say(String),
    /// The command line is wrong.
    Wrong(String),
}

impl From<lexopt::Error> for Stop {
    fn from(error: lexopt::Error) -> Self {
        Self::Wrong(error.to_string())
    }
}

impl Arguments {
    /// Reads a command line, of which the first word is the program. Cargo puts `arazzo` behind it.
    pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Self, Stop> {
        let mut parser = lexopt::Parser::from_iter(words);
        let mut command = None;
        let mut format = None;
        let mut arguments = Self {
            command: Command::Check,
            format: Format::Human,
            operands: Vec::new(),
            output: None,
            strict: false,
            allow: Vec::new(),
            deny: Vec::new(),
            only: Vec::new(),
            sources: BTreeMap::new(),
        };
        let mut is_first = true;
        while let Some(argument) = parser.next()? {
            match argument {
                Short('h') | Long("help") => return Err(Stop::Say(HELP.to_owned())),
                Short('V') | Long("version") => {
                    return Err(Stop::Say(format!("cargo-arazzo {}\n", env!("CARGO_PKG_VERSION"))));
                }
                Long("strict") => arguments.strict = true,
                Long("allow") => arguments.allow.push(rule(parser.value()?)?),
                Long("deny") => arguments.deny.push(rule(parser.value()?)?),
                Long("only") => arguments.only.push(parser.value()?.string()?),
                Long("output") => arguments.output = Some(parser.value()?.into()),
                Long("format") => format = Some(parser.value()?.string()?),
                Long("source") => {
                    let value = parser.value()?.string()?;
                    let Some((name, path)) = value.split_once('=') else {
                        let message = format!("`--source {value}` names no file: write `--source name=file.yml`");
                        return Err(Stop::Wrong(message));
                    };
                    arguments.sources.insert(name.to_owned(), path.into());
                }
                Value(word) if command.is_none() => {
                    let is_cargo = std::mem::take(&mut is_first) && word == "arazzo";
                    if !is_cargo {
                        command = Some(named(&word.string()?)?);
                    }
                }
                Value(word) => arguments.operands.push(word),
                other => return Err(other.unexpected().into()),
            }
        }
        let Some(command) = command else {
            return Err(Stop::Wrong("no command is given: `check`, `graph`, `expand` or `explain`".to_owned()));
        };
        arguments.command = command;
        arguments.format = written(command, format.as_deref())?;
        arguments.complete()
    }

    /// Whether the operands fit the command.
    fn complete(self) -> Result<Self, Stop> {
        let wrong = |message: &str| Err(Stop::Wrong(message.to_owned()));
        if self.output.is_some() && matches!(self.command, Command::Check | Command::Explain) {
            return wrong("`--output` is for `graph` and `expand`");
        }
        match (self.command, self.operands.len()) {
            (Command::Check, 0) => wrong("no file is given to check"),
            (Command::Graph | Command::Expand, 0) => wrong("no file is given"),
            (Command::Graph | Command::Expand, 2..) => wrong("only one file can be given here"),
            (Command::Explain, 2..) => wrong("only one rule can be explained at a time"),
            _ => Ok(self),
        }
    }

    /// Compiles a document with the options.
    pub(crate) fn compile(&self, path: &Path) -> Compilation {
        let options = Options {
            reader: &Disk,
            cache: Some(&CACHE),
            sources: self.sources.clone(),
            only: (!self.only.is_empty()).then(|| self.only.clone()),
            strict: self.strict,
            allow: self.allow.clone(),
            deny: self.deny.clone(),
            ..Options::default()
        };
        compile(path, &options)
    }
}

fn named(word: &str) -> Result<Command, Stop> {
    let found = COMMANDS.iter().find(|(name, _)| *name == word).map(|(_, command)| *command);
    found.ok_or_else(|| {
        let hint = match suggest(word, COMMANDS.map(|(name, _)| name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "the commands are `check`, `graph`, `expand` and `explain`".to_owned(),
        };
        Stop::Wrong(format!("there is no command `{word}`; {hint}"))
    })
}

fn rule(word: OsString) -> Result<String, Stop> {
    let word = word.string()?;
    if rules::find(&word).is_some() {
        return Ok(word);
    }
    let hint = match suggest(&word, rules::ALL.iter().map(|rule| rule.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`cargo arazzo explain` lists them".to_owned(),
    };
    Err(Stop::Wrong(format!("no rule is named `{word}`; {hint}")))
}

fn written(command: Command, format: Option<&str>) -> Result<Format, Stop> {
    let (known, usual): (&[(&str, Format)], Format) = match command {
        Command::Check => {
            (&[("human", Format::Human), ("json", Format::Json), ("sarif", Format::Sarif)], Format::Human)
        }
        Command::Graph => (&[("svg", Format::Svg), ("mermaid", Format::Mermaid)], Format::Svg),
        Command::Expand | Command::Explain => (&[], Format::Human),
    };
    let Some(format) = format else { return Ok(usual) };
    known.iter().find(|(name, _)| *name == format).map(|(_, format)| *format).ok_or_else(|| {
        let names: Vec<String> = known.iter().map(|(name, _)| format!("`{name}`")).collect();
        let hint = if names.is_empty() {
            "this command has no formats".to_owned()
        } else {
            format!("the formats here are {}", names.join(", "))
        };
        Stop::Wrong(format!("`--format {format}` is not known; {hint}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &str) -> Result<Arguments, Stop> {
        Arguments::parse(["cargo-arazzo"].into_iter().chain(words.split_whitespace()).map(OsString::from))
    }

    #[test]
    fn cargo_puts_the_name_before_the_command() {
        for words in ["arazzo check a.yml", "check a.yml"] {
            let arguments = parse(words).unwrap();
            assert_eq!((arguments.command, arguments.format), (Command::Check, Format::Human));
            assert_eq!(arguments.operands, ["a.yml"]);
        }
    }

    #[test]
    fn options_stand_anywhere() {
        let arguments =
            parse("arazzo check a.yml --format=json --strict b.yml --deny unused_input --source x=y.yml --only w")
                .unwrap();
        assert_eq!((arguments.format, arguments.strict), (Format::Json, true));
        assert_eq!((arguments.operands.len(), arguments.deny.len(), arguments.only.len()), (2, 1, 1));
        assert_eq!(arguments.sources["x"], PathBuf::from("y.yml"));
    }

    #[test]
    fn what_is_wrong_is_said_with_what_to_do() {
        for (words, expected) in [
            ("", "no command is given: `check`, `graph`, `expand` or `explain`"),
            ("arazzo chek a.yml", "there is no command `chek`; did you mean `check`?"),
            ("check", "no file is given to check"),
            ("graph a b", "only one file can be given here"),
            ("check a --format xml", "`--format xml` is not known; the formats here are `human`, `json`, `sarif`"),
            ("check a --deny unused_inputs", "no rule is named `unused_inputs`; did you mean `unused_input`?"),
            ("check a --source x", "`--source x` names no file: write `--source name=file.yml`"),
            ("check a --output b", "`--output` is for `graph` and `expand`"),
            ("check a --nothing", "invalid option '--nothing'"),
        ] {
            assert_eq!(parse(words).unwrap_err(), Stop::Wrong(expected.to_owned()), "{words}");
        }
        assert!(matches!(parse("--help").unwrap_err(), Stop::Say(text) if text.contains("Usage:")));
    }
}
