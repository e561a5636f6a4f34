//! Wakes out of a stream of bytes, however they are cut into chunks (step 9 of the data's way).
//!
//! The stream is `text/event-stream`, read as the HTML standard reads it as far as a server of ours uses it: lines end
//! with LF or CR LF; `event:` and `data:` (several are joined by LF) gather until an empty line ends the event; a line
//! that begins with `:` is a sign of life; other fields and events of other names are left alone. What comes before
//! the end of its event is cut off with the line: it is no event.

use super::Wakes;
use super::error::TransportError;
use super::pages::Chunks;
use futures_util::{StreamExt, stream};
use landfall_protocol::wake::{HELLO, Hello, WAKE, Wake};
use serde::de::DeserializeOwned;
use std::collections::VecDeque;

/// Longer than any event of ours: what goes on for longer comes from something else.
const LONGEST_EVENT: usize = 1 << 20;

/// What comes down the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WakeEvent {
    /// The stream is open; where the server is.
    Hello(Hello),
    /// Something changed.
    Wake(Wake),
    /// The line is alive.
    Beat,
}

/// The wakes in an answer's bytes.
#[must_use]
pub fn decoded(chunks: Chunks) -> Wakes {
    let reading = (chunks, Decoder::default());
    stream::unfold(Some(reading), async |open| {
        let (mut chunks, mut decoder) = open?;
        loop {
            if let Some(event) = decoder.events.pop_front() {
                return Some((Ok(event), Some((chunks, decoder))));
            }
            let fed = match chunks.next().await? {
                Ok(chunk) => decoder.feed(&chunk),
                Err(error) => Err(error),
            };
            if let Err(error) = fed {
                return Some((Err(error), None));
            }
        }
    })
    .boxed()
}

/// Bytes in, events out.
#[derive(Debug, Default)]
struct Decoder {
    line: Vec<u8>,
    name: String,
    data: String,
    events: VecDeque<WakeEvent>,
}

impl Decoder {
    fn feed(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        for &byte in bytes {
            if byte != b'\n' {
                self.line.push(byte);
                if self.line.len() + self.data.len() > LONGEST_EVENT {
                    return Err(TransportError::unreadable());
                }
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let text = std::str::from_utf8(&line).map_err(|_| TransportError::unreadable())?;
            self.line_ended(text.strip_suffix('\r').unwrap_or(text))?;
        }
        Ok(())
    }

    fn line_ended(&mut self, line: &str) -> Result<(), TransportError> {
        if line.is_empty() {
            return self.event_ended();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => self.events.push_back(WakeEvent::Beat),
            "event" => value.clone_into(&mut self.name),
            "data" => {
                if !self.data.is_empty() {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            _ => {}
        }
        Ok(())
    }

    fn event_ended(&mut self) -> Result<(), TransportError> {
        let (name, data) = (std::mem::take(&mut self.name), std::mem::take(&mut self.data));
        match name.as_str() {
            HELLO => self.events.push_back(WakeEvent::Hello(read(&data)?)),
            WAKE => self.events.push_back(WakeEvent::Wake(read(&data)?)),
            _ => {}
        }
        Ok(())
    }
}

fn read<T: DeserializeOwned>(data: &str) -> Result<T, TransportError> {
    super::answer::read_json(data.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use landfall_core::id::Seq;

    const STREAM: &str = ":\n\nevent: hello\ndata: {\"epoch\":\"e1\",\"seq\":41,\"heartbeat_seconds\":30}\n\n\
        :\n\nevent: news\ndata: x\n\nid: 7\r\nevent: wake\r\ndata: {\"seq\":42,\r\ndata: \"tables\":[\"airfields\"]}\r\n\r\n";

    async fn heard(chunks: Vec<Result<&str, TransportError>>) -> Vec<Result<WakeEvent, TransportError>> {
        let chunks: Vec<_> = chunks
            .into_iter()
            .map(|chunk| chunk.map(|text| Bytes::from(text.to_owned())))
            .collect();
        decoded(stream::iter(chunks).boxed()).collect().await
    }

    fn expected() -> Vec<Result<WakeEvent, TransportError>> {
        let hello = Hello {
            epoch: "e1".to_owned(),
            seq: Seq(41),
            heartbeat_seconds: 30,
            notify: Vec::new(),
        };
        let wake = Wake {
            seq: Seq(42),
            tables: vec!["airfields".parse().unwrap()],
            ..Wake::default()
        };
        vec![
            Ok(WakeEvent::Beat),
            Ok(WakeEvent::Hello(hello)),
            Ok(WakeEvent::Beat),
            Ok(WakeEvent::Wake(wake)),
        ]
    }

    #[tokio::test]
    async fn chunks_may_end_anywhere() {
        for at in 0..STREAM.len() {
            let (before, after) = STREAM.split_at(at);
            assert_eq!(heard(vec![Ok(before), Ok(after)]).await, expected(), "{at}");
        }
    }

    #[tokio::test]
    async fn a_stream_cut_at_any_byte_brings_whole_events_and_then_the_cut() {
        let all = expected();
        for at in 0..STREAM.len() {
            let mut heard = heard(vec![Ok(&STREAM[..at]), Err(TransportError::CutOff)]).await;
            assert_eq!(heard.pop(), Some(Err(TransportError::CutOff)));
            assert_eq!(heard[..], all[..heard.len()], "{at}");
        }
    }

    #[tokio::test]
    async fn what_is_no_stream_of_ours_ends_it() {
        let strange = [
            "event: hello\ndata: <html>\n\n",
            "event: wake\ndata: {\"seq\":-1}\n\n",
        ];
        for text in strange {
            assert_eq!(heard(vec![Ok(text)]).await, [Err(TransportError::unreadable())]);
        }
        let endless = "x".repeat(LONGEST_EVENT + 1);
        assert_eq!(
            heard(vec![Ok(&endless)]).await,
            [Err(TransportError::unreadable())]
        );
    }
}
