//! Stories of the ear, on a clock that jumps to the next thing that happens.

use super::*;
use crate::transport::{Answering, Pages};
use futures_util::{FutureExt, stream};
use landfall_core::id::{RecordId, TableName};
use landfall_protocol::history::History;
use landfall_protocol::push::{PushRequest, PushResponse};
use landfall_protocol::wake::{Channels, Installation, InstallationRequest, TestReport};
use landfall_protocol::workspace::{Health, Workspace};
use std::collections::VecDeque;
use std::sync::Mutex;
use tokio::sync::mpsc;

type Script = Result<mpsc::UnboundedReceiver<WakeEvent>, TransportError>;

/// A server of which only the streams matter: the test says what each one brings. After them it does not answer.
#[derive(Default)]
struct Server {
    streams: Mutex<VecDeque<Script>>,
    asked: Mutex<Vec<(Instant, Option<Seq>)>>,
}

impl Server {
    fn opens(&self) -> mpsc::UnboundedSender<WakeEvent> {
        let (says, said) = mpsc::unbounded_channel();
        self.streams.lock().unwrap().push_back(Ok(said));
        says
    }

    fn refuses(&self, error: TransportError) {
        self.streams.lock().unwrap().push_back(Err(error));
    }

    fn asked(&self) -> Vec<(Instant, Option<Seq>)> {
        self.asked.lock().unwrap().clone()
    }
}

impl Transport for Server {
    fn health(&self) -> Answering<'_, Health> {
        std::future::pending().boxed()
    }
    fn workspace(&self) -> Answering<'_, Workspace> {
        std::future::pending().boxed()
    }
    fn push<'a>(&'a self, _: &'a PushRequest) -> Answering<'a, PushResponse> {
        std::future::pending().boxed()
    }
    fn pull<'a>(&'a self, _: Option<&'a str>, _: Option<&'a [TableName]>) -> Answering<'a, Pages> {
        std::future::pending().boxed()
    }
    fn history<'a>(&'a self, _: &'a TableName, _: &'a RecordId) -> Answering<'a, History> {
        std::future::pending().boxed()
    }
    fn wakes(&self, notified: Option<Seq>) -> Answering<'_, Wakes> {
        self.asked.lock().unwrap().push((Instant::now(), notified));
        match self.streams.lock().unwrap().pop_front() {
            None => std::future::pending().boxed(),
            Some(script) => async {
                let said = stream::unfold(script?, async |mut said| {
                    said.recv().await.map(|event| (Ok(event), said))
                });
                Ok(said.boxed())
            }
            .boxed(),
        }
    }
    fn channels(&self) -> Answering<'_, Channels> {
        std::future::pending().boxed()
    }
    fn put_installation<'a>(&'a self, _: &'a str, _: &'a InstallationRequest) -> Answering<'a, Installation> {
        std::future::pending().boxed()
    }
    fn delete_installation<'a>(&'a self, _: &'a str) -> Answering<'a, ()> {
        std::future::pending().boxed()
    }
    fn test_installation<'a>(&'a self, _: &'a str) -> Answering<'a, TestReport> {
        std::future::pending().boxed()
    }
}

fn hello() -> WakeEvent {
    WakeEvent::Hello(Hello {
        epoch: "e1".to_owned(),
        seq: Seq(7),
        heartbeat_seconds: 30,
        notify: Vec::new(),
    })
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn phone(server: &Arc<Server>) -> Listener {
    let mut phone = Listener::new(server.clone(), Some(Seq(3)));
    phone.want(true);
    phone
}

async fn lost(phone: &mut Listener) -> TransportError {
    match phone.next().await {
        Heard::Lost(error) => error,
        heard => panic!("{heard:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn it_hears_hello_and_wakes_and_asks_for_what_it_was_not_told() {
    let server = Arc::new(Server::default());
    let says = server.opens();
    let mut phone = phone(&server);
    says.send(hello()).unwrap();
    says.send(WakeEvent::Beat).unwrap();
    says.send(WakeEvent::Wake(Wake::default())).unwrap();

    assert!(matches!(phone.next().await, Heard::Hello(hello) if hello.seq == Seq(7)));
    assert!(phone.is_open());
    assert!(matches!(phone.next().await, Heard::Wake(_)));
    assert_eq!(server.asked()[0].1, Some(Seq(3)));

    phone.want(false);
    assert!(phone.next().now_or_never().is_none());
    assert!(!phone.is_open());
}

#[tokio::test(start_paused = true)]
async fn beats_keep_a_quiet_line_and_silence_ends_it() {
    let server = Arc::new(Server::default());
    let says = server.opens();
    let mut phone = phone(&server);
    says.send(hello()).unwrap();
    assert!(matches!(phone.next().await, Heard::Hello(_)));
    let began = Instant::now();
    let beating = async {
        for _ in 0..5 {
            tokio::time::sleep(seconds(30)).await;
            says.send(WakeEvent::Beat).unwrap();
        }
        std::future::pending::<()>().await;
    };

    let error = tokio::select! {
        error = lost(&mut phone) => error,
        () = beating => panic!("it beats no more"),
    };

    assert_eq!(error, TransportError::TimedOut);
    assert_eq!(began.elapsed().as_secs(), 5 * 30 + 60);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_lived_is_taken_up_soon_and_one_that_did_not_by_the_backoff() {
    let server = Arc::new(Server::default());
    let mut phone = phone(&server);
    let mut waits = Vec::new();
    for lives in [31, 1, 1, 1, 31] {
        let says = server.opens();
        // The first was asked for before there was one.
        phone.renew();
        says.send(hello()).unwrap();
        assert!(matches!(phone.next().await, Heard::Hello(_)));
        tokio::time::advance(seconds(lives)).await;
        drop(says);
        let error = lost(&mut phone).await;
        assert_eq!(error, TransportError::CutOff);
        phone.lost(&error, 0.5);
        let from = Instant::now();
        let says = server.opens();
        says.send(WakeEvent::Wake(Wake::default())).unwrap();
        assert!(matches!(phone.next().await, Heard::Wake(_)));
        waits.push(from.elapsed().as_millis());
    }
    assert_eq!(waits, [500, 1_500, 3_000, 6_000, 500]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_for_time_gets_it_and_one_that_says_nothing_is_left() {
    let server = Arc::new(Server::default());
    server.refuses(TransportError::ServerTrouble {
        status: 503,
        retry_after: Some(seconds(90)),
    });
    let mut phone = phone(&server);
    let error = lost(&mut phone).await;
    phone.lost(&error, 0.0);
    // The next is asked for and never says anything.
    assert_eq!(lost(&mut phone).await, TransportError::TimedOut);
    let asked = server.asked();
    assert_eq!((asked[1].0 - asked[0].0).as_secs(), 90);

    // Told that the network is back, it does not wait.
    phone.lost(&TransportError::TimedOut, 1.0);
    phone.hurry();
    assert!(phone.next().now_or_never().is_none());
    assert_eq!(server.asked().len(), 3);
    assert_eq!(server.asked()[2].0, Instant::now());
}
