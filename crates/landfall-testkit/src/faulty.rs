//! A line that fails as lines do: by plan, one fault after the other, or by the throw of dice.
//!
//! What a request meets is decided when it is made. The line also keeps a ledger of what the server applied, whether the
//! device heard of it or not, so that a test can tell whether anything was applied twice.

use crate::dice::Dice;
use futures_util::{FutureExt, StreamExt, stream};
use landfall_core::id::{OpId, RecordId, Seq, TableName, Version};
use landfall_protocol::history::History;
use landfall_protocol::push::{Outcome, PushRequest, PushResponse};
use landfall_protocol::wake::{Channels, Installation, InstallationRequest, TestReport};
use landfall_protocol::workspace::{Health, Workspace};
use landfall_sync::transport::{Answering, Pages, Transport, TransportError, Wakes};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, watch};

/// What a request meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: it passes.
    None,
    /// It never reaches the server.
    Dropped,
    /// The server did it, and the answer is lost. Of a pull: cut before the first page.
    AnswerCut,
    /// It arrives twice; the second answer comes back.
    Duplicated,
    /// The device gives up on it, and it arrives after the device's next push.
    Late,
    /// The server, or its proxy, answers with this status.
    Status(u16),
    /// A pull is cut after so many pages.
    CutAfter(usize),
    /// The server did it, and then nothing comes any more: the device may crash here. Of a pull: after so many pages.
    HangsAfter(usize),
}

/// The version that the server made of each op id, as far as this device asked for it, by the server's life: one that
/// was restored has forgotten what came after the backup.
pub type Ledger = BTreeMap<(String, OpId), Version>;

/// A line with faults. Clones are the same line.
#[derive(Clone)]
pub struct FaultyTransport<T> {
    line: T,
    weather: Arc<Mutex<Weather>>,
    hangs: Arc<Notify>,
    plug: Arc<watch::Sender<bool>>,
}

#[derive(Default)]
struct Weather {
    planned: VecDeque<Fault>,
    dice: Option<(Dice, usize)>,
    down: bool,
    late: Option<PushRequest>,
    lost: Option<RecordId>,
    chokes_on: BTreeSet<RecordId>,
    ledger: Ledger,
    asked: u32,
    pushed: u32,
    met: Vec<Fault>,
}

impl<T: Transport> FaultyTransport<T> {
    /// A line over this one, without faults so far.
    #[must_use]
    pub fn new(line: T) -> Self {
        Self {
            line,
            weather: Arc::default(),
            hangs: Arc::default(),
            plug: Arc::default(),
        }
    }

    /// The line under the faults.
    #[must_use]
    pub fn under(&self) -> &T {
        &self.line
    }

    /// The next push or pull meets this; those after it what is planned after it.
    pub fn plan(&self, fault: Fault) {
        self.weather().planned.push_back(fault);
    }

    /// Forgets what is planned.
    pub fn unplans(&self) {
        self.weather().planned.clear();
    }

    /// From now on so many of a hundred pushes and pulls meet a fault; none with none.
    pub fn throw(&self, dice: Option<(Dice, usize)>) {
        self.weather().dice = dice;
    }

    /// No faults any more; what is late is lost.
    pub fn calms(&self) {
        let mut weather = self.weather();
        weather.planned.clear();
        weather.dice = None;
        weather.down = false;
        weather.late = None;
        weather.lost = None;
        drop(weather);
        self.plug.send_replace(false);
    }

    /// Pulls the plug, or puts it in.
    pub fn set_down(&self, down: bool) {
        self.weather().down = down;
        self.plug.send_replace(down);
    }

    /// The next pull that brings this record comes without it, as if by a mistake of the server.
    pub fn lose_record(&self, id: &RecordId) {
        self.weather().lost = Some(id.clone());
    }

    /// Comes when a request hangs.
    pub async fn hangs(&self) {
        self.hangs.notified().await;
    }

    /// What the server applied for this device.
    pub fn ledger(&self) -> Ledger {
        self.weather().ledger.clone()
    }

    /// How many pushes were tried while the line was up.
    pub fn asked(&self) -> u32 {
        self.weather().asked
    }

    /// How many pushes have reached the server.
    pub fn pushed(&self) -> u32 {
        self.weather().pushed
    }

    /// Which faults were met since this was last asked.
    pub fn met(&self) -> Vec<Fault> {
        std::mem::take(&mut self.weather().met)
    }

    /// A request that meets nothing but the plug.
    fn plain<'a, A: Send + 'a>(&self, request: Answering<'a, A>) -> Answering<'a, A> {
        if self.weather().down {
            return async { Err(TransportError::Refused) }.boxed();
        }
        request
    }

    fn weather(&self) -> MutexGuard<'_, Weather> {
        self.weather.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on the server answers every push with a change of one of these records with 500, and does nothing of it.
    pub fn chokes_on<'r>(&self, records: impl IntoIterator<Item = &'r RecordId>) {
        self.weather().chokes_on = records.into_iter().cloned().collect();
    }

    fn next(&self, is_pull: bool) -> Result<Fault, TransportError> {
        let mut weather = self.weather();
        if weather.down {
            return Err(TransportError::Refused);
        }
        let planned = weather.planned.pop_front();
        let fault = planned.unwrap_or_else(|| match &weather.dice {
            Some((dice, chance)) if dice.percent(*chance) => thrown(dice, is_pull),
            _ => Fault::None,
        });
        if fault != Fault::None {
            weather.met.push(fault);
        }
        Ok(fault)
    }

    /// Sends to the server and keeps the ledger.
    async fn deliver(&self, request: &PushRequest) -> Result<PushResponse, TransportError> {
        let response = self.line.push(request).await?;
        let mut weather = self.weather();
        weather.pushed += 1;
        for result in &response.results {
            if let Outcome::Applied { version, .. } = &result.outcome {
                let place = (response.epoch.clone(), result.op_id.clone());
                let before = weather.ledger.insert(place, version.clone());
                assert!(
                    before.is_none_or(|before| before == *version),
                    "{} was applied twice",
                    result.op_id
                );
            }
        }
        Ok(response)
    }

    async fn deliver_late(&self) {
        let late = self.weather().late.take();
        if let Some(late) = late {
            // Nobody waits for this answer any more, whatever it is.
            let _ = self.deliver(&late).await;
        }
    }

    async fn faulty_push(&self, request: &PushRequest) -> Result<PushResponse, TransportError> {
        let fault = self.next(false)?;
        let chokes = {
            let mut weather = self.weather();
            weather.asked += 1;
            request.ops.iter().any(|op| weather.chokes_on.contains(&op.id))
        };
        if chokes {
            return Err(trouble(500));
        }
        match fault {
            Fault::None | Fault::CutAfter(_) => {
                let answer = self.deliver(request).await;
                self.deliver_late().await;
                answer
            }
            Fault::Dropped => Err(TransportError::TimedOut),
            Fault::AnswerCut => {
                self.deliver(request).await?;
                Err(TransportError::CutOff)
            }
            Fault::Duplicated => {
                self.deliver(request).await?;
                self.deliver(request).await
            }
            Fault::Late => {
                self.deliver_late().await;
                self.weather().late = Some(request.clone());
                Err(TransportError::TimedOut)
            }
            Fault::Status(status) => Err(trouble(status)),
            Fault::HangsAfter(_) => {
                self.deliver(request).await?;
                self.hangs.notify_one();
                pending().await
            }
        }
    }

    async fn faulty_pull(
        &self,
        cursor: Option<&str>,
        tables: Option<&[TableName]>,
    ) -> Result<Pages, TransportError> {
        let fault = self.next(true)?;
        match fault {
            Fault::Dropped | Fault::Late => return Err(TransportError::TimedOut),
            Fault::Status(status) => return Err(trouble(status)),
            _ => {}
        }
        let pages = self.line.pull(cursor, tables).await?;
        let lost = self.weather().lost.take();
        let pages = match lost {
            Some(id) => without(pages, id),
            None => pages,
        };
        Ok(match fault {
            Fault::AnswerCut => cut_after(pages, 0),
            Fault::CutAfter(count) => cut_after(pages, count),
            _ => pages,
        })
    }
}

fn thrown(dice: &Dice, is_pull: bool) -> Fault {
    match (dice.below(6), is_pull) {
        (0, _) => Fault::Dropped,
        (1, _) => Fault::Status([500, 502, 503][dice.below(3)]),
        (2, false) => Fault::Duplicated,
        (3, false) => Fault::Late,
        (_, false) => Fault::AnswerCut,
        (_, true) => Fault::CutAfter(dice.below(4)),
    }
}

fn trouble(status: u16) -> TransportError {
    if status == 400 {
        return TransportError::NotUnderstood;
    }
    TransportError::ServerTrouble {
        status,
        retry_after: None,
    }
}

fn without(pages: Pages, lost: RecordId) -> Pages {
    let kept = pages.map(move |page| {
        let mut page = page?;
        for records in page.records.values_mut() {
            records.retain(|record| record.id != lost);
        }
        Ok(page)
    });
    kept.boxed()
}

fn cut_after(pages: Pages, count: usize) -> Pages {
    let cut = stream::once(async { Err(TransportError::CutOff) });
    pages.take(count).chain(cut).boxed()
}

impl<T: Transport> Transport for FaultyTransport<T> {
    fn health(&self) -> Answering<'_, Health> {
        self.line.health()
    }

    fn workspace(&self) -> Answering<'_, Workspace> {
        if self.weather().down {
            return async { Err(TransportError::Refused) }.boxed();
        }
        self.line.workspace()
    }

    fn push<'a>(&'a self, request: &'a PushRequest) -> Answering<'a, PushResponse> {
        self.faulty_push(request).boxed()
    }

    fn takes_groups(&self) -> bool {
        self.line.takes_groups()
    }

    fn pull<'a>(&'a self, cursor: Option<&'a str>, tables: Option<&'a [TableName]>) -> Answering<'a, Pages> {
        async move {
            let hangs_after = match self.weather().planned.front() {
                Some(Fault::HangsAfter(count)) => Some(*count),
                _ => None,
            };
            let pages = self.faulty_pull(cursor, tables).await?;
            Ok(match hangs_after {
                Some(count) => {
                    let hangs = Arc::clone(&self.hangs);
                    let hanging = stream::once(async move {
                        hangs.notify_one();
                        pending().await
                    });
                    pages.take(count).chain(hanging).boxed()
                }
                None => pages,
            })
        }
        .boxed()
    }

    fn history<'a>(&'a self, table: &'a TableName, id: &'a RecordId) -> Answering<'a, History> {
        if self.weather().down {
            return async { Err(TransportError::Refused) }.boxed();
        }
        self.line.history(table, id)
    }

    /// Breaks off when the plug is pulled.
    fn wakes(&self, notified: Option<Seq>) -> Answering<'_, Wakes> {
        let mut plug = self.plug.subscribe();
        let opening = self.plain(self.line.wakes(notified));
        async move {
            let wakes = opening.await?;
            let pulled = async move {
                // A line that is gone breaks off too.
                let _ = plug.wait_for(|down| *down).await;
            };
            let cut = stream::once(async { Err(TransportError::CutOff) });
            Ok(wakes.take_until(Box::pin(pulled)).chain(cut).boxed())
        }
        .boxed()
    }

    fn channels(&self) -> Answering<'_, Channels> {
        self.plain(self.line.channels())
    }

    fn put_installation<'a>(
        &'a self,
        id: &'a str,
        request: &'a InstallationRequest,
    ) -> Answering<'a, Installation> {
        self.plain(self.line.put_installation(id, request))
    }

    fn delete_installation<'a>(&'a self, id: &'a str) -> Answering<'a, ()> {
        self.plain(self.line.delete_installation(id))
    }

    fn test_installation<'a>(&'a self, id: &'a str) -> Answering<'a, TestReport> {
        self.plain(self.line.test_installation(id))
    }
}
