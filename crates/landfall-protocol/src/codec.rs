//! Pages as lines of JSON, and back again from bytes that come in chunks cut anywhere (step 9 of the data's way).
//!
//! A page is one line; a line that is not ended is no page, because the stream may have been cut in it. Empty lines
//! mean nothing: a server may send them to keep a slow stream open. A line longer than the limit is refused before it
//! fills the memory. What comes out does not depend on how the bytes were cut.

use crate::pull::Page;

/// The longest line that [`PageDecoder::default`] takes, in bytes, without its end.
pub const LONGEST_LINE: usize = 64 << 20;

/// The stream does not hold pages. Nothing that follows can be trusted; the pages before it can.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// A line that is no page.
    #[error("line {line} of the answer is not a page")]
    NotAPage {
        /// From 1.
        line: u64,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A line that does not end.
    #[error("line {line} of the answer is longer than {longest} bytes")]
    TooLong {
        /// From 1.
        line: u64,
        /// The limit.
        longest: usize,
    },
    /// The stream ended within a line.
    #[error("the answer was cut off in line {line}")]
    CutOff {
        /// From 1.
        line: u64,
    },
}

/// A page as one line, its end included.
///
/// # Errors
/// None in practice: a page holds nothing that JSON can't say.
pub fn encode_page(page: &Page) -> Result<Vec<u8>, serde_json::Error> {
    let mut line = serde_json::to_vec(page)?;
    line.push(b'\n');
    Ok(line)
}

/// Takes bytes in, gives pages out.
#[derive(Debug)]
pub struct PageDecoder {
    bytes: Vec<u8>,
    /// Where the first line that was not given out begins.
    start: usize,
    /// Up to here the bytes were searched for the end of that line.
    searched: usize,
    /// Lines given out.
    lines: u64,
    longest: usize,
}

impl Default for PageDecoder {
    fn default() -> Self {
        Self::with_longest(LONGEST_LINE)
    }
}

impl PageDecoder {
    /// A decoder that refuses lines of more than this many bytes.
    #[must_use]
    pub fn with_longest(longest: usize) -> Self {
        Self {
            bytes: Vec::new(),
            start: 0,
            searched: 0,
            lines: 0,
            longest,
        }
    }

    /// Takes the next bytes of the stream. Ask [`Self::next_page`] until it has none before feeding more, and memory
    /// stays at one line and one chunk.
    pub fn feed(&mut self, chunk: &[u8]) {
        self.bytes.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        self.bytes.extend_from_slice(chunk);
    }

    /// The next whole page; none until more bytes are fed.
    ///
    /// # Errors
    /// [`DecodeError::NotAPage`], [`DecodeError::TooLong`]: stop reading.
    pub fn next_page(&mut self) -> Result<Option<Page>, DecodeError> {
        while let Some(line) = self.next_line()? {
            if !line.trim_ascii().is_empty() {
                let page = serde_json::from_slice(line);
                return page.map(Some).map_err(|source| DecodeError::NotAPage {
                    line: self.lines,
                    source,
                });
            }
        }
        Ok(None)
    }

    /// The stream has ended.
    ///
    /// # Errors
    /// [`DecodeError::CutOff`] when it ended within a line.
    pub fn finish(self) -> Result<(), DecodeError> {
        if self.start == self.bytes.len() {
            Ok(())
        } else {
            Err(DecodeError::CutOff { line: self.lines + 1 })
        }
    }

    fn next_line(&mut self) -> Result<Option<&[u8]>, DecodeError> {
        let end = self.bytes[self.searched..].iter().position(|&byte| byte == b'\n');
        let end = end.map(|at| self.searched + at);
        let so_far = end.unwrap_or(self.bytes.len());
        if so_far - self.start > self.longest {
            return Err(DecodeError::TooLong {
                line: self.lines + 1,
                longest: self.longest,
            });
        }
        let Some(end) = end else {
            self.searched = so_far;
            return Ok(None);
        };
        let line = self.start..end;
        self.start = end + 1;
        self.searched = self.start;
        self.lines += 1;
        Ok(Some(&self.bytes[line]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::any;
    use crate::examples;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Everything that comes out when the bytes come in chunks of these sizes, over and over.
    fn decode(bytes: &[u8], sizes: &[usize], longest: usize) -> (Vec<Page>, Option<String>) {
        let mut decoder = PageDecoder::with_longest(longest);
        let mut pages = Vec::new();
        let mut rest = bytes;
        for &size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (chunk, after) = rest.split_at(size.min(rest.len()));
            decoder.feed(chunk);
            rest = after;
            loop {
                match decoder.next_page() {
                    Ok(Some(page)) => pages.push(page),
                    Ok(None) => break,
                    Err(error) => return (pages, Some(error.to_string())),
                }
            }
        }
        (pages, decoder.finish().err().map(|error| error.to_string()))
    }

    fn lines(pages: &[Page]) -> Vec<u8> {
        pages.iter().flat_map(|page| encode_page(page).unwrap()).collect()
    }

    #[test]
    fn a_stream_says_in_which_line_it_went_wrong() {
        let page = encode_page(&examples::page()).unwrap();
        let with = |rest: &str| [page.as_slice(), rest.as_bytes()].concat();
        let said = |bytes: &[u8]| decode(bytes, &[7], 4096);

        assert_eq!(said(&with("")), (vec![examples::page()], None));
        assert_eq!(said(&with("\n \r\n")).1, None);
        assert_eq!(
            said(&with("{\"cursor\":")).1.unwrap(),
            "the answer was cut off in line 2"
        );
        assert_eq!(
            said(&with("<html>\n")).1.unwrap(),
            "line 2 of the answer is not a page"
        );
        let endless = said(&with(&"x".repeat(5000))).1.unwrap();
        assert_eq!(endless, "line 2 of the answer is longer than 4096 bytes");
        let long_line = said(&with(&format!("{}\n", " ".repeat(5000)))).1.unwrap();
        assert_eq!(long_line, "line 2 of the answer is longer than 4096 bytes");
    }

    proptest! {
        #[test]
        fn pages_come_back_however_the_stream_is_cut(
            pages in vec(any::page(), 0..4), sizes in vec(1..200_usize, 1..6)
        ) {
            prop_assert_eq!(decode(&lines(&pages), &sizes, LONGEST_LINE), (pages, None));
        }

        #[test]
        fn a_cut_stream_gives_whole_pages_only(
            pages in vec(any::page(), 1..4), keep in any::<prop::sample::Index>(), sizes in vec(1..200_usize, 1..6)
        ) {
            let bytes = lines(&pages);
            let kept = &bytes[..keep.index(bytes.len())];
            let (got, error) = decode(kept, &sizes, LONGEST_LINE);
            prop_assert_eq!(got.as_slice(), &pages[..got.len()]);
            prop_assert_eq!(error.is_none(), kept.is_empty() || kept.ends_with(b"\n"));
        }

        #[test]
        fn no_bytes_make_it_panic_and_chunks_do_not_matter(
            bytes in vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'{'), Just(b'}')], 0..300),
            sizes in vec(1..50_usize, 1..6), longest in 0..100_usize
        ) {
            prop_assert_eq!(decode(&bytes, &sizes, longest), decode(&bytes, &[1], longest));
        }
    }
}
