//! Pages out of a stream of bytes: one JSON page a line, however the bytes are cut into chunks (step 9 of the data's
//! way).

use super::Pages;
use super::error::TransportError;
use bytes::{Bytes, BytesMut};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, stream};
use landfall_protocol::pull::Page;

/// The longest line that is taken: a page has at most some thousands of records, each within the size of a request.
const LONGEST: usize = 64 << 20;

/// Bytes of an answer on their way.
pub type Chunks = BoxStream<'static, Result<Bytes, TransportError>>;

/// The pages in an answer's bytes. A rest without the end of its line is a cut line, not a page.
#[must_use]
pub fn decoded(chunks: Chunks) -> Pages {
    stream::unfold(
        Some(Reading {
            chunks,
            rest: BytesMut::new(),
        }),
        async |open| {
            let mut reading = open?;
            match reading.next_page().await {
                Ok(Some(page)) => Some((Ok(page), Some(reading))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        },
    )
    .boxed()
}

struct Reading {
    chunks: Chunks,
    rest: BytesMut,
}

impl Reading {
    async fn next_page(&mut self) -> Result<Option<Page>, TransportError> {
        let mut searched = 0;
        loop {
            if let Some(end) = self.rest[searched..].iter().position(|byte| *byte == b'\n') {
                let line = self.rest.split_to(searched + end + 1);
                searched = 0;
                if !line.trim_ascii().is_empty() {
                    return super::answer::read_json(&line).map(Some);
                }
                continue;
            }
            searched = self.rest.len();
            if searched > LONGEST {
                return Err(TransportError::unreadable());
            }
            match self.chunks.next().await {
                Some(chunk) => self.rest.extend_from_slice(&chunk?),
                None if self.rest.is_empty() => return Ok(None),
                None => return Err(TransportError::CutOff),
            }
        }
    }
}
