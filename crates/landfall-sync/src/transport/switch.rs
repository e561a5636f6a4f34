//! *Work offline*: a switch in the line that really cuts it. What is under way is dropped, and nothing is sent until
//! it is mended. (Guards steps 5 and 9 of the data's way.)

use super::error::TransportError;
use super::{Answering, Pages, Transport, Wakes};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt, stream};
use landfall_core::id::{RecordId, Seq, TableName};
use landfall_protocol::history::History;
use landfall_protocol::push::{PushRequest, PushResponse};
use landfall_protocol::wake::{Channels, Installation, InstallationRequest, TestReport};
use landfall_protocol::workspace::{Health, Workspace};
use std::sync::Arc;
use tokio::sync::watch;

/// The switch. Clones are the same switch.
#[derive(Debug, Clone)]
pub struct Switch(Arc<watch::Sender<bool>>);

impl Switch {
    /// A switch, cut or not.
    #[must_use]
    pub fn new(cut: bool) -> Self {
        Self(Arc::new(watch::Sender::new(cut)))
    }

    /// Cuts the line, or mends it.
    pub fn set(&self, cut: bool) {
        self.0.send_replace(cut);
    }

    /// Whether the line is cut.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        *self.0.borrow()
    }

    /// Comes when the line is cut; at once, if it is.
    fn cut(&self) -> BoxFuture<'static, ()> {
        let mut receiver = self.0.subscribe();
        async move {
            // The sender can't be gone: nothing is ever cut then, and the request itself ends the wait.
            if receiver.wait_for(|cut| *cut).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
        .boxed()
    }
}

/// A transport behind a switch.
pub struct Switched {
    line: Arc<dyn Transport>,
    switch: Switch,
}

impl Switched {
    /// Puts the switch into the line.
    #[must_use]
    pub fn new(line: Arc<dyn Transport>, switch: Switch) -> Self {
        Self { line, switch }
    }

    fn guarded<'a, T: Send + 'a>(&self, request: Answering<'a, T>) -> Answering<'a, T> {
        let cut = self.switch.cut();
        async move {
            tokio::select! {
                biased;
                () = cut => Err(TransportError::WorkOffline),
                answer = request => answer,
            }
        }
        .boxed()
    }
}

impl Transport for Switched {
    fn health(&self) -> Answering<'_, Health> {
        self.guarded(self.line.health())
    }

    fn workspace(&self) -> Answering<'_, Workspace> {
        self.guarded(self.line.workspace())
    }

    fn push<'a>(&'a self, request: &'a PushRequest) -> Answering<'a, PushResponse> {
        self.guarded(self.line.push(request))
    }

    fn takes_groups(&self) -> bool {
        self.line.takes_groups()
    }

    fn pull<'a>(&'a self, cursor: Option<&'a str>, tables: Option<&'a [TableName]>) -> Answering<'a, Pages> {
        let opening = self.guarded(self.line.pull(cursor, tables));
        let cut = self.switch.cut();
        async move { Ok(until_cut(opening.await?, cut)) }.boxed()
    }

    fn history<'a>(&'a self, table: &'a TableName, id: &'a RecordId) -> Answering<'a, History> {
        self.guarded(self.line.history(table, id))
    }

    fn wakes(&self, notified: Option<Seq>) -> Answering<'_, Wakes> {
        let opening = self.guarded(self.line.wakes(notified));
        let cut = self.switch.cut();
        async move { Ok(until_cut(opening.await?, cut)) }.boxed()
    }

    fn channels(&self) -> Answering<'_, Channels> {
        self.guarded(self.line.channels())
    }

    fn put_installation<'a>(
        &'a self,
        id: &'a str,
        request: &'a InstallationRequest,
    ) -> Answering<'a, Installation> {
        self.guarded(self.line.put_installation(id, request))
    }

    fn delete_installation<'a>(&'a self, id: &'a str) -> Answering<'a, ()> {
        self.guarded(self.line.delete_installation(id))
    }

    fn test_installation<'a>(&'a self, id: &'a str) -> Answering<'a, TestReport> {
        self.guarded(self.line.test_installation(id))
    }
}

/// What a stream brings until the line is cut; then one error, and the stream under it is dropped.
fn until_cut<T: Send + 'static>(
    stream: BoxStream<'static, Result<T, TransportError>>,
    cut: BoxFuture<'static, ()>,
) -> BoxStream<'static, Result<T, TransportError>> {
    stream::unfold(Some((stream, cut)), async |open| {
        let (mut stream, mut cut) = open?;
        tokio::select! {
            biased;
            () = &mut cut => Some((Err(TransportError::WorkOffline), None)),
            next = stream.next() => next.map(|next| (next, Some((stream, cut)))),
        }
    })
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;

    /// A server that takes every request and never answers; of a pull, it says so only after opening the stream.
    struct Silent;

    impl Transport for Silent {
        fn health(&self) -> Answering<'_, Health> {
            pending().boxed()
        }
        fn workspace(&self) -> Answering<'_, Workspace> {
            pending().boxed()
        }
        fn push<'a>(&'a self, _: &'a PushRequest) -> Answering<'a, PushResponse> {
            pending().boxed()
        }
        fn pull<'a>(&'a self, _: Option<&'a str>, _: Option<&'a [TableName]>) -> Answering<'a, Pages> {
            async { Ok(stream::pending().boxed()) }.boxed()
        }
        fn history<'a>(&'a self, _: &'a TableName, _: &'a RecordId) -> Answering<'a, History> {
            pending().boxed()
        }
        fn wakes(&self, _: Option<Seq>) -> Answering<'_, Wakes> {
            async { Ok(stream::pending().boxed()) }.boxed()
        }
        fn channels(&self) -> Answering<'_, Channels> {
            pending().boxed()
        }
        fn put_installation<'a>(
            &'a self,
            _: &'a str,
            _: &'a InstallationRequest,
        ) -> Answering<'a, Installation> {
            pending().boxed()
        }
        fn delete_installation<'a>(&'a self, _: &'a str) -> Answering<'a, ()> {
            pending().boxed()
        }
        fn test_installation<'a>(&'a self, _: &'a str) -> Answering<'a, TestReport> {
            pending().boxed()
        }
    }

    #[tokio::test]
    async fn cutting_the_line_drops_what_is_under_way() {
        let switch = Switch::new(false);
        let laptop = Switched::new(Arc::new(Silent), switch.clone());
        let request = PushRequest::default();
        let mut sending = laptop.push(&request);
        assert!((&mut sending).now_or_never().is_none());
        let mut pages = laptop.pull(None, None).await.unwrap();
        assert!(pages.next().now_or_never().is_none());
        let mut wakes = laptop.wakes(None).await.unwrap();
        assert!(wakes.next().now_or_never().is_none());

        switch.set(true);

        assert_eq!(sending.await, Err(TransportError::WorkOffline));
        assert_eq!(pages.next().await, Some(Err(TransportError::WorkOffline)));
        assert_eq!(pages.next().await, None);
        assert_eq!(wakes.next().await, Some(Err(TransportError::WorkOffline)));
        assert_eq!(wakes.next().await, None);
    }

    #[tokio::test]
    async fn nothing_is_sent_over_a_cut_line_and_a_mended_one_works_again() {
        let switch = Switch::new(true);
        let laptop = Switched::new(Arc::new(Silent), switch.clone());
        assert_eq!(laptop.workspace().await, Err(TransportError::WorkOffline));
        switch.set(false);
        assert!(laptop.workspace().now_or_never().is_none());
    }
}
