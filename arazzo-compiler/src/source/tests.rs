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

fn cached<'r>(memory: &'r Memory, cache: &'r Cache, paths: &[&str]) -> Vec<Arc<File>> {
    let mut sources = Sources::cached(memory, Some(cache));
    paths
        .iter()
        .map(|path| {
            let id = sources.load(Path::new(path)).expect("it is there");
            sources.shared(id).expect("it was loaded")
        })
        .collect()
}

#[test]
fn a_cache_parses_what_has_not_changed_once() {
    let cache = Cache::default();
    let memory = Memory::of([("a.yml", "a: 1"), ("b.yml", "b: 1")]);
    let before = cached(&memory, &cache, &["a.yml", "b.yml"]);
    // The order in which a compilation loads its files is its own.
    let after = cached(&memory, &cache, &["b.yml", "a.yml"]);
    assert!(Arc::ptr_eq(&before[0], &after[1]) && Arc::ptr_eq(&before[1], &after[0]));
    assert!(std::ptr::eq(before[0].tree(), after[1].tree()));
    let changed = Memory::of([("a.yml", "a: 2"), ("b.yml", "b: 1")]);
    let [a, b] = cached(&changed, &cache, &["a.yml", "b.yml"]).try_into().unwrap();
    assert_eq!(&*a.text, "a: 2");
    assert!(a.id != before[0].id && a.id != b.id, "{:?} {:?}", a.id, b.id);
    assert!(Arc::ptr_eq(&b, &before[1]));
}

#[test]
fn files_come_in_the_order_in_which_a_compilation_loads_them() {
    let cache = Cache::default();
    let memory = Memory::of([("a.yml", "a: 1"), ("b.yml", "b: 1")]);
    cached(&memory, &cache, &["a.yml", "b.yml"]);
    let mut sources = Sources::cached(&memory, Some(&cache));
    let [b, a] = ["b.yml", "a.yml"].map(|path| sources.load(Path::new(path)).unwrap());
    assert!(a < b && sources.order(b) < sources.order(a));
    assert_eq!(sources.path(a), Path::new("a.yml"));
    assert_eq!(sources.text(FileId(7)), "");
}

#[test]
fn a_cache_outlives_a_panic() {
    let cache = Arc::new(Cache::default());
    let shared = Arc::clone(&cache);
    let panicked = std::thread::spawn(move || shared.while_locked(|| panic!("as a thread may"))).join();
    assert!(panicked.is_err());
    assert_eq!(cached(&Memory::of([("a.yml", "a: 1")]), &cache, &["a.yml"])[0].path, Path::new("a.yml"));
}
