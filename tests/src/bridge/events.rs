//! `GET /bridge/events`: what the client tells, as server-sent events. A browser that lost the line comes back with
//! the id of the last event it heard, and is told that everything may have changed.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event as Message, KeepAlive};
use futures_util::stream::{self, Stream, StreamExt as _};
use landfall_client::{Client, Event};
use tokio::sync::broadcast::{Receiver, error::RecvError};

pub(super) async fn stream(
    State(client): State<Client>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Message, axum::Error>>> {
    let came_back = headers.contains_key("last-event-id");
    let first = if came_back {
        everything()
    } else {
        Ok(Message::default().id("0").comment("open"))
    };
    let then = stream::unfold((client.events(), 1_u64), next);
    Sse::new(stream::iter([first]).chain(then)).keep_alive(KeepAlive::default())
}

async fn next(
    (mut events, n): (Receiver<Event>, u64),
) -> Option<(Result<Message, axum::Error>, (Receiver<Event>, u64))> {
    let message = match events.recv().await {
        Ok(Event::TopicsChanged(change)) => Message::default().event("topics-changed").json_data(change),
        Ok(Event::SyncStatus(status)) => Message::default().event("sync-status").json_data(status),
        Err(RecvError::Lagged(_)) => everything(),
        Err(RecvError::Closed) => return None,
    };
    Some((message.map(|message| message.id(n.to_string())), (events, n + 1)))
}

fn everything() -> Result<Message, axum::Error> {
    Message::default()
        .event("topics-changed")
        .json_data(Event::everything_changed())
}
