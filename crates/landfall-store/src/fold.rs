//! Text as it is searched and sorted: without case and accents, so that *tromso* finds *Tromsø*.

use icu_normalizer::DecomposingNormalizerBorrowed;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use std::borrow::Cow;

/// A sort key is no longer than this: an index over it stays small, and titles differ earlier.
const KEY_CHARACTERS: usize = 80;

/// Lower case, letters without their accents.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = text.to_lowercase();
    let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(&lower);
    let mut folded = String::with_capacity(apart.len());
    for letter in apart.chars() {
        match letter {
            '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' => {}
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            other => folded.push(other),
        }
    }
    folded
}

/// The key by which a text sorts.
pub(crate) fn sort_key(text: &str) -> String {
    let folded = fold(text.trim());
    match folded.char_indices().nth(KEY_CHARACTERS) {
        Some((end, _)) => folded[..end].to_owned(),
        None => folded,
    }
}

/// The words of what a person typed, folded. Anything that is neither letter nor digit parts words, as in the index.
pub(crate) fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Makes `lf_fold(text)` known to a connection.
pub(crate) fn register(conn: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    conn.create_scalar_function("lf_fold", 1, flags, |context| {
        let text = context.get_raw(0).as_str_or_null()?;
        Ok(text.map(|text| Cow::<str>::Owned(fold(text))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_count() {
        for (text, folded) in [
            ("ABC def", "abc def"),
            ("Tromsø", "tromso"),
            ("Łódź", "lodz"),
            ("Zürich", "zurich"),
            ("Cafe\u{301}", "cafe"),
            ("İstanbul", "istanbul"),
            ("Großenhain", "grossenhain"),
            ("日本", "日本"),
        ] {
            assert_eq!(fold(text), folded);
        }
        assert_eq!(words(" St. Gallen-Altenrhein "), ["st", "gallen", "altenrhein"]);
    }
}
