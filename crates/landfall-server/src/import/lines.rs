//! Counts the lines of a file that is read by someone else: the CSV reader's own count skips empty lines and differs
//! with the kind of line end, and a person looks for the number that an editor shows.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

/// A reader that notes where its lines end.
pub(super) struct Noting<R> {
    from: R,
    read: u64,
    ends: Rc<RefCell<VecDeque<u64>>>,
    last_visible: Option<u8>,
    is_over: bool,
}

/// The lines up to a place in the file.
pub(super) struct Lines {
    passed: u64,
    ends: Rc<RefCell<VecDeque<u64>>>,
}

impl Lines {
    /// Begins to count what `from` gives.
    pub(super) fn of<R: Read>(from: R) -> (Noting<R>, Self) {
        let ends = Rc::new(RefCell::new(VecDeque::new()));
        let noting = Noting {
            from,
            read: 0,
            ends: Rc::clone(&ends),
            last_visible: None,
            is_over: false,
        };
        (noting, Self { passed: 0, ends })
    }

    /// The line, from 1, of the last byte before `end`, where a record ends (with or without its line end). Places must
    /// rise from call to call.
    pub(super) fn before(&mut self, end: u64) -> u64 {
        let mut ends = self.ends.borrow_mut();
        while ends.front().is_some_and(|&at| at + 1 < end) {
            ends.pop_front();
            self.passed += 1;
        }
        self.passed + 1
    }
}

impl<R> Noting<R> {
    /// Whether the file was read to its end without a closing quotation mark there. A quoted cell that is never closed
    /// takes everything up to the end of the file.
    pub(super) fn ends_without_quote(&self) -> bool {
        self.is_over && self.last_visible != Some(b'"')
    }
}

impl<R: Read> Read for Noting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        let ends = buffer[..count]
            .iter()
            .zip(self.read..)
            .filter(|(byte, _)| **byte == b'\n');
        self.ends.borrow_mut().extend(ends.map(|(_, at)| at));
        let is_visible = |byte: &&u8| !matches!(byte, b'\n' | b'\r');
        self.last_visible = buffer[..count]
            .iter()
            .rfind(is_visible)
            .copied()
            .or(self.last_visible);
        self.is_over = count == 0 && !buffer.is_empty();
        self.read += count as u64;
        Ok(count)
    }
}
