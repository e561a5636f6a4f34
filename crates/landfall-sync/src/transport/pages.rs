//! Pages out of a stream of bytes, however they are cut into chunks (step 9 of the data's way).

use super::Pages;
use super::error::TransportError;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, stream};
use landfall_protocol::codec::{DecodeError, PageDecoder};
use landfall_protocol::pull::Page;

/// Bytes of an answer on their way.
pub type Chunks = BoxStream<'static, Result<Bytes, TransportError>>;

/// The pages in an answer's bytes. A rest without the end of its line is a cut line, not a page.
#[must_use]
pub fn decoded(chunks: Chunks) -> Pages {
    let reading = Reading {
        chunks,
        decoder: PageDecoder::default(),
    };
    stream::unfold(Some(reading), async |open| match open?.next_page().await {
        Ok(Some((page, reading))) => Some((Ok(page.into()), Some(reading))),
        Ok(None) => None,
        Err(error) => Some((Err(error), None)),
    })
    .boxed()
}

struct Reading {
    chunks: Chunks,
    decoder: PageDecoder,
}

impl Reading {
    /// The next page with what follows it; none at the end.
    async fn next_page(mut self) -> Result<Option<(Page, Self)>, TransportError> {
        loop {
            if let Some(page) = self.decoder.next_page().map_err(|error| met(&error))? {
                return Ok(Some((page, self)));
            }
            match self.chunks.next().await {
                Some(chunk) => self.decoder.feed(&chunk?),
                None => return self.decoder.finish().map(|()| None).map_err(|error| met(&error)),
            }
        }
    }
}

fn met(error: &DecodeError) -> TransportError {
    tracing::debug!(%error, "a pull could not be read");
    match error {
        DecodeError::CutOff { .. } => TransportError::CutOff,
        DecodeError::NotAPage { .. } | DecodeError::TooLong { .. } => TransportError::unreadable(),
    }
}
