//! Broken documents neither panic nor hang.

use super::read;

const SAMPLE: &str = "%YAML 1.2\n--- # é\na: &x !!map {b: [1, 'it''s', \"q\\u00e9\\\"\"], ? c : ~}\nd:\n- *x\n-   - e: |2-\n         f\n      g: >+\n        h\n\n  -\n? i j\n  k\n: <<: 0x1F\n...\n";

#[test]
fn every_prefix_and_every_deletion() {
    for (at, _) in SAMPLE.char_indices() {
        read(&SAMPLE[..at]);
        let mut shorter = SAMPLE.to_owned();
        shorter.remove(at);
        read(&shorter);
    }
}

#[test]
fn every_insertion() {
    for (at, _) in SAMPLE.char_indices() {
        for inserted in
            ["\t", "\n", "'", "\"", "{", "]", ":", "- ", "|", "&", "*", "!", "#", "\0", "\r", "\u{feff}", "%", "@"]
        {
            let mut longer = SAMPLE.to_owned();
            longer.insert_str(at, inserted);
            read(&longer);
        }
    }
}
