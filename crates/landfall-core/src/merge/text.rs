//! The three-way merge of a text, word by word (rule `text`).
//!
//! A text is words and the white space between them, each a token. Both sides are compared with the base (Myers'
//! difference, crate `similar`); what only one side changed is taken over. Where both changed the same tokens, or tokens
//! without an unchanged one between, to different ones, nobody is right: the merge is refused and a person is asked.
//! After: S. Khanna, K. Kunal, B. C. Pierce, *A formal investigation of diff3* (2007).

use similar::{Algorithm, DiffTag, capture_diff_slices};
use std::ops::Range;

/// A stretch of the base, and what stands in its place.
#[derive(Debug, Clone, PartialEq)]
struct Change<'a> {
    base: Range<usize>,
    new: Vec<&'a str>,
}

/// Both sides' changes in one text; `None` where they touch.
pub(super) fn merge_words(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let before = tokens(base);
    let mut ours = changes(&before, mine).into_iter().peekable();
    let mut others = changes(&before, theirs).into_iter().peekable();
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

fn changes<'a>(before: &[&str], after: &'a str) -> Vec<Change<'a>> {
    let after = tokens(after);
    capture_diff_slices(Algorithm::Myers, before, &after)
        .into_iter()
        .filter(|op| op.tag() != DiffTag::Equal)
        .map(|op| Change {
            base: op.old_range(),
            new: after[op.new_range()].to_vec(),
        })
        .collect()
}

/// Runs of white space and runs of anything else, in turn.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let space = first.is_whitespace();
        let end = rest
            .find(|c: char| c.is_whitespace() != space)
            .unwrap_or(rest.len());
        let (token, behind) = rest.split_at(end);
        tokens.push(token);
        rest = behind;
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

    proptest! {
        #[test]
        fn laws(base in "[ab \n]{0,12}", mine in "[ab \n]{0,12}", theirs in "[ab \n]{0,12}") {
            prop_assert_eq!(merge_words(&base, &mine, &base), Some(mine.clone()));
            prop_assert_eq!(merge_words(&base, &base, &theirs), Some(theirs.clone()));
            prop_assert_eq!(merge_words(&base, &mine, &mine), Some(mine.clone()));
            prop_assert_eq!(merge_words(&base, &mine, &theirs), merge_words(&base, &theirs, &mine));
        }
    }
}
