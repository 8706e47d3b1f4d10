//! Loading and positions.

use super::*;

fn position(text: &str, start: u32, end: u32) -> (usize, usize, usize, usize) {
    let memory = Memory::of([("a.yml", text)]);
    let mut sources = Sources::new(&memory);
    let file = sources.load(Path::new("a.yml")).expect("it is there");
    let at = sources.position(Span { file, start, end });
    (at.line, at.column, at.end_line, at.end_column)
}

#[test]
fn positions_count_characters_from_one() {
    assert_eq!(position("a: b\nc: d\n", 0, 1), (1, 1, 1, 2));
    assert_eq!(position("a: b\nc: d\n", 5, 9), (2, 1, 2, 5));
    assert_eq!(position("ä: ö\r\nü: x", 12, 13), (2, 4, 2, 5));
    assert_eq!(position("a\n", 2, 2), (2, 1, 2, 1));
    assert_eq!(position("", 0, 0), (1, 1, 1, 1));
    assert_eq!(position("ab", 7, 3), (1, 3, 1, 3), "behind the end");
    assert_eq!(position("ä", 1, 1), (1, 1, 1, 1), "inside a character");
}

#[test]
fn paths_with_the_same_normal_form_share_an_id() {
    let memory = Memory::of([("w/a.yml", "a: 1"), ("o/b.yml", "b: 1"), ("../c.yml", "c: 1")]);
    let mut sources = Sources::new(&memory);
    let a = sources.load(Path::new("w/a.yml")).unwrap();
    assert_eq!(sources.load(Path::new("w/./x/../a.yml")), Ok(a));
    let b = sources.load(Path::new("w/../o/b.yml")).unwrap();
    assert_ne!(a, b);
    assert_eq!(sources.path(b), Path::new("o/b.yml"));
    assert_eq!(sources.text(b), "b: 1");
    assert!(sources.load(Path::new("w/../../c.yml")).is_ok());
    let paths: Vec<_> = sources.paths().collect();
    assert_eq!(paths, [Path::new("w/a.yml"), Path::new("o/b.yml"), Path::new("../c.yml")]);
    assert_eq!(normalized(Path::new("/../a/./b")), Path::new("/a/b"));
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_text() {
    let memory = Memory::of([("a.yml", "\u{feff}a: 1")]);
    let mut sources = Sources::new(&memory);
    let id = sources.load(Path::new("a.yml")).unwrap();
    assert_eq!(sources.text(id), "a: 1");
}

#[test]
fn failures_are_sentences_and_watched_when_the_file_exists() {
    let mut memory = Memory::of([("w/a.yml", "")]);
    memory.0.insert("latin1.yml".into(), b"a: 1\nb: \xe4\n".to_vec());
    memory.0.insert("utf16.yml".into(), b"\xff\xfea\0".to_vec());
    memory.0.insert("huge.yml".into(), vec![b' '; MAX_FILE_BYTES + 1]);
    let mut sources = Sources::new(&memory);
    let mut error = |path: &str| sources.load(Path::new(path)).unwrap_err().to_string();
    assert_eq!(error("none.yml"), "`none.yml` does not exist");
    assert_eq!(error("none.yml"), "`none.yml` does not exist");
    assert_eq!(error("w"), "`w` is a folder, not a file");
    assert_eq!(error("latin1.yml"), "`latin1.yml` is not valid UTF-8: byte 0xE4 at offset 8, in line 2");
    assert_eq!(error("utf16.yml"), "`utf16.yml` is UTF-16; save it as UTF-8");
    assert_eq!(error("huge.yml"), "`huge.yml` is larger than 64 MiB");
    assert_eq!(sources.paths().count(), 3);
}

#[test]
fn the_disk_tells_folders_from_missing_files() {
    let folder = std::env::temp_dir();
    let mut sources = Sources::new(&Disk);
    let kind = |result: Result<FileId, LoadError>| result.unwrap_err().kind;
    assert_eq!(kind(sources.load(&folder)), LoadErrorKind::Folder);
    assert_eq!(kind(sources.load(&folder.join("arazzo-no-such-file.yml"))), LoadErrorKind::Missing);
}
