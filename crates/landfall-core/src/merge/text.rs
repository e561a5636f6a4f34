//! The three-way merge of a text, word by word (rule `text`).
//!
//! 1. **Tokens.** A text is words and the white space between them, each a token. Where a script sets no spaces, smaller
//!    pieces are tokens: each Chinese character and each of its marks alone, runs of hiragana, runs of katakana. A number,
//!    a date, a time or an address is one token, so that no new one is put together from two. What people see as one
//!    character (an emoji of several, a letter with its accents) is never cut. Thai and its neighbours, which set no
//!    spaces either, are tokens up to the next space: they ask more often, and never cut a word.
//! 2. **Line ends** of two kinds are the same: a form that writes `\n` where the text had `\r\n` has changed nothing. The
//!    result has `\r\n` where both sides have it and nothing else.
//! 3. **Changes.** Both sides are compared with the base (Myers' difference, crate `similar`); what only one side changed
//!    is taken over. Where both changed the same tokens, or tokens without an unchanged one between, to different ones,
//!    nobody is right: the merge is refused and a person is asked. The same change on both sides counts once.
//! 4. **Cost.** Texts that are so long and so different that comparing them would take seconds are asked, too.
//!
//! After: S. Khanna, K. Kunal, B. C. Pierce, *A formal investigation of diff3* (2007).

use similar::{Algorithm, DiffTag, capture_diff_slices};
use std::borrow::Cow;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Tokens of the base times tokens of a side, where they begin to differ up to where they end to: what is compared at most.
const MOST: usize = 50_000_000;

/// A stretch of the base, and what stands in its place.
#[derive(Debug, Clone, PartialEq)]
struct Change<'a> {
    base: Range<usize>,
    new: Vec<&'a str>,
}

/// Both sides' changes in one text; `None` where they touch.
pub(super) fn merge_words(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let merged = merge_lines(&one_line_end(base), &one_line_end(mine), &one_line_end(theirs))?;
    if is_crlf(mine) && is_crlf(theirs) {
        Some(merged.replace('\n', "\r\n"))
    } else {
        Some(merged)
    }
}

fn one_line_end(text: &str) -> Cow<'_, str> {
    if text.contains("\r\n") {
        text.replace("\r\n", "\n").into()
    } else {
        text.into()
    }
}

/// Whether all its line ends, and there are some, are `\r\n`.
fn is_crlf(text: &str) -> bool {
    let all = text.matches('\n').count();
    all > 0 && text.matches("\r\n").count() == all
}

fn merge_lines(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let before = tokens(base);
    let mut ours = changes(&before, mine)?.into_iter().peekable();
    let mut others = changes(&before, theirs)?.into_iter().peekable();
    let mut merged = String::with_capacity(mine.len().max(theirs.len()));
    let mut done = 0;
    loop {
        let next = match (ours.peek(), others.peek()) {
            (Some(here), Some(there)) if here == there => {
                others.next();
                ours.next()
            }
            (Some(here), Some(there)) if touch(&here.base, &there.base) => return None,
            (Some(here), Some(there)) if here.base.start < there.base.start => ours.next(),
            (Some(_), None) => ours.next(),
            (_, Some(_)) => others.next(),
            (None, None) => None,
        };
        let Some(change) = next else { break };
        merged.extend(before[done..change.base.start].iter().copied());
        merged.extend(change.new);
        done = change.base.end;
    }
    merged.extend(before[done..].iter().copied());
    Some(merged)
}

/// Whether no unchanged token stands between them.
fn touch(here: &Range<usize>, there: &Range<usize>) -> bool {
    here.start <= there.end && there.start <= here.end
}

/// What a side changed; `None` where finding out would take too long.
fn changes<'a>(before: &[&str], after: &'a str) -> Option<Vec<Change<'a>>> {
    let after = tokens(after);
    let head = alike(before.iter().zip(&after));
    let tail = alike(before[head..].iter().rev().zip(after[head..].iter().rev()));
    let differing = |tokens: usize| tokens - head - tail;
    if differing(before.len()).saturating_mul(differing(after.len())) > MOST {
        return None;
    }
    let changes = capture_diff_slices(Algorithm::Myers, before, &after);
    let changes = changes.into_iter().filter(|op| op.tag() != DiffTag::Equal);
    Some(
        changes
            .map(|op| Change {
                base: op.old_range(),
                new: after[op.new_range()].to_vec(),
            })
            .collect(),
    )
}

/// How many pairs at the beginning are equal.
fn alike<Token: PartialEq>(pairs: impl Iterator<Item = (Token, Token)>) -> usize {
    pairs.take_while(|(was, is)| was == is).count()
}

/// What a character makes a token with.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Space,
    /// A Chinese character, or a mark of its scripts: a token of its own.
    Alone,
    Hiragana,
    Katakana,
    Word,
}

fn kind(character: &str) -> Kind {
    let Some(first) = character.chars().next() else {
        return Kind::Word;
    };
    match first {
        _ if first.is_whitespace() => Kind::Space,
        '\u{3040}'..='\u{309f}' => Kind::Hiragana,
        '\u{30a0}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => Kind::Katakana,
        '\u{2e80}'..='\u{2fdf}'
        | '\u{3000}'..='\u{303f}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff01}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}'
        | '\u{ff3b}'..='\u{ff40}'
        | '\u{ff5b}'..='\u{ff65}'
        | '\u{20000}'..='\u{3ffff}' => Kind::Alone,
        _ => Kind::Word,
    }
}

/// Runs of what belongs together.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let (mut start, mut run) = (0, None);
    for (at, character) in text.grapheme_indices(true) {
        let kind = kind(character);
        if at > start && (run != Some(kind) || kind == Kind::Alone) {
            tokens.push(&text[start..at]);
            start = at;
        }
        run = Some(kind);
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BASE: &str = "Runway wet. Lights checked.\nBirds near the pond.";

    #[test]
    fn changes_of_different_words_go_together() {
        let mine = BASE.replace("wet", "dry");
        let theirs = BASE.replace("pond", "hangar") + " Report filed.";
        let merged = merge_words(BASE, &mine, &theirs);
        assert_eq!(
            merged.as_deref(),
            Some("Runway dry. Lights checked.\nBirds near the hangar. Report filed.")
        );
    }

    #[test]
    fn changes_of_the_same_words_are_asked() {
        let (mine, theirs) = (BASE.replace("wet", "dry"), BASE.replace("wet", "icy"));
        assert_eq!(merge_words(BASE, &mine, &theirs), None);
        assert_eq!(merge_words("", "one", "two"), None, "two new texts");
        assert_eq!(merge_words(BASE, "", &theirs), None, "one side emptied it");
    }

    #[test]
    fn the_same_change_on_both_sides_counts_once() {
        let both = BASE.replace("wet", "dry");
        let more = both.replace("pond", "hangar");
        assert_eq!(merge_words(BASE, &both, &more).as_deref(), Some(more.as_str()));
    }

    #[test]
    fn tokens_are_what_people_take_for_words() {
        for (text, expected) in [
            ("", &[][..]),
            ("Runway  wet.\n", &["Runway", "  ", "wet.", "\n"]),
            ("at 12:30, 2026-11-23", &["at", " ", "12:30,", " ", "2026-11-23"]),
            ("don't e\u{301}te\u{301}", &["don't", " ", "e\u{301}te\u{301}"]),
            ("跑道12号，湿。", &["跑", "道", "12", "号", "，", "湿", "。"]),
            ("滑走路はウェット", &["滑", "走", "路", "は", "ウェット"]),
            ("활주로 젖음", &["활주로", " ", "젖음"]),
            ("ทางวิ่งเปียก", &["ทางวิ่งเปียก"]),
            ("好👍🏽吗 👩‍👩‍👧", &["好", "👍🏽", "吗", " ", "👩‍👩‍👧"]),
            ("葛\u{e0100}城", &["葛\u{e0100}", "城"]),
        ] {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }

    #[test]
    fn scripts_without_spaces_come_together_too() {
        let merged = merge_words(
            "跑道今天湿，灯已检查。",
            "跑道今天干，灯已检查。",
            "跑道今天湿，灯未检查。",
        );
        assert_eq!(merged.as_deref(), Some("跑道今天干，灯未检查。"));
        assert_eq!(merge_words("湿", "干", "冰"), None);
        let merged = merge_words("よし👍 鳥なし", "よし👍🏽 鳥なし", "よし👍 鳥あり");
        assert_eq!(merged.as_deref(), Some("よし👍🏽 鳥あり"));
    }

    #[test]
    fn no_time_and_no_date_is_put_together_from_two() {
        assert_eq!(merge_words("at 12:30", "at 13:30", "at 12:45"), None);
        assert_eq!(merge_words("2026-11-23", "2026-11-24", "2026-12-23"), None);
    }

    #[test]
    fn a_line_end_is_a_line_end() {
        let base = "Runway wet.\r\nLights checked.\r\nNo birds.";
        // A form writes the other kind of line ends.
        let mine = "Runway dry.\nLights checked.\nNo birds.";
        let theirs = base.replace("No birds", "Two birds");
        let merged = merge_words(base, mine, &theirs);
        assert_eq!(
            merged.as_deref(),
            Some("Runway dry.\nLights checked.\nTwo birds.")
        );
        let mine = mine.replace('\n', "\r\n");
        let merged = merge_words(base, &mine, &theirs);
        assert_eq!(
            merged.as_deref(),
            Some("Runway dry.\r\nLights checked.\r\nTwo birds.")
        );
    }

    #[test]
    fn white_space_is_text() {
        assert_eq!(
            merge_words("a b\n\nc d", "a  b\n\nc d", "a b\n\nc\td").as_deref(),
            Some("a  b\n\nc\td")
        );
        assert_eq!(merge_words("a b", "a  b", "a\tb"), None);
        assert_eq!(
            merge_words("a b c", "  a b c", "a b c\n").as_deref(),
            Some("  a b c\n")
        );
    }

    #[test]
    fn what_would_take_seconds_to_compare_is_asked() {
        let book = |word: &str| (0..30_000).fold(String::new(), |book, n| book + word + &n.to_string() + " ");
        assert_eq!(merge_words(&book("a"), &book("b"), &book("c")), None);
        // Long texts with small changes are no trouble.
        let base = book("a");
        let (mine, theirs) = (base.replacen("a7 ", "x ", 1), base.clone() + "end");
        let merged = merge_words(&base, &mine, &theirs);
        assert_eq!(merged, Some(mine + "end"));
    }

    proptest! {
        #[test]
        fn laws(base in "[ab \n]{0,12}", mine in "[ab \n]{0,12}", theirs in "[ab \n]{0,12}") {
            prop_assert_eq!(merge_words(&base, &mine, &base), Some(mine.clone()));
            prop_assert_eq!(merge_words(&base, &base, &theirs), Some(theirs.clone()));
            prop_assert_eq!(merge_words(&base, &mine, &mine), Some(mine.clone()));
            prop_assert_eq!(merge_words(&base, &mine, &theirs), merge_words(&base, &theirs, &mine));
        }

        #[test]
        fn tokens_are_the_text(text in "(\\PC|[ab \n\r\u{301}\u{200d}湿は👍🏽カ]){0,24}") {
            prop_assert_eq!(tokens(&text).concat(), text);
        }

        #[test]
        fn no_addition_of_either_side_is_lost(
            base in "([a-d湿は] ?){0,9}", mine in "([a-e湿は] ?){0,9}", theirs in "([a-d湿はf] ?){0,9}"
        ) {
            let Some(merged) = merge_words(&base, &mine, &theirs) else { return Ok(()) };
            for addition in ['e', 'f'] {
                let added = mine.contains(addition) || theirs.contains(addition);
                prop_assert_eq!(merged.contains(addition), added);
            }
        }
    }
}
