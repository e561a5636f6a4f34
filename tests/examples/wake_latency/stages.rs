//! Where the time goes: what the engines and the server say under [`WAY`], at level *trace*, of each step of a change on
//! its way, as medians since the save. Steps of the laptop's run after its push, which the phone does not wait for, stand
//! among the others; their name says whose they are.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

/// The target of the steps.
pub(crate) const WAY: &str = "landfall::way";

/// The steps so far. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Stages(Arc<Mutex<Steps>>);

#[derive(Default)]
struct Steps {
    /// Those of the save under way.
    heard: Vec<(Instant, String)>,
    /// By name: milliseconds since the save.
    counted: BTreeMap<String, Vec<f64>>,
}

impl Stages {
    /// Hears all steps of this process from now on.
    pub(crate) fn hear() -> Self {
        let stages = Self::default();
        tracing_subscriber::registry().with(stages.clone()).init();
        stages
    }

    /// Counts the steps since the save.
    pub(crate) fn count(&self, saved: Instant) {
        let mut steps = self.steps();
        let mut times = BTreeMap::<String, u32>::new();
        for (at, name) in std::mem::take(&mut steps.heard) {
            // What the save before had left to do.
            let Some(passed) = at.checked_duration_since(saved) else {
                continue;
            };
            let times = times.entry(name.clone()).or_default();
            *times += 1;
            let name = if *times == 1 {
                name
            } else {
                format!("{name}, {times}")
            };
            steps
                .counted
                .entry(name)
                .or_default()
                .push(passed.as_secs_f64() * 1e3);
        }
    }

    /// Prints the table.
    pub(crate) fn show(&self) {
        let mut steps = self.steps();
        let mut rows = Vec::new();
        for (name, times) in &mut steps.counted {
            times.sort_by(f64::total_cmp);
            let at = |percent: usize| times[times.len() * percent / 100];
            rows.push((at(50), at(90), name, times.len()));
        }
        rows.sort_by(|one, other| one.0.total_cmp(&other.0));
        println!("   p50 ms      step   p90 ms  times");
        let mut before = 0.0;
        for (p50, p90, name, times) in rows {
            println!("{p50:9.3} {:+9.3} {p90:8.3} {times:6}  {name}", p50 - before);
            before = p50;
        }
    }

    fn steps(&self) -> MutexGuard<'_, Steps> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Stages {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut words = Words::default();
        attributes.record(&mut words);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(words);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if event.metadata().target() != WAY {
            return;
        }
        let now = Instant::now();
        let mut words = Words::default();
        event.record(&mut words);
        let of_span = |span: tracing_subscriber::registry::SpanRef<'_, S>| {
            span.extensions().get::<Words>().map(|words| words.whose.clone())
        };
        if words.whose.is_empty()
            && let Some(whose) = context.event_span(event).and_then(of_span)
        {
            words.whose = whose;
        }
        let name = format!("{} {}", words.step, words.whose);
        self.steps().heard.push((now, name.trim_end().to_owned()));
    }
}

/// What a step is, and whose: a device's, a run's for this cause, or a request's.
#[derive(Default)]
struct Words {
    step: String,
    whose: String,
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.step = format!("{value:?}"),
            "device" | "cause" | "route" => self.whose = format!("({value:?})"),
            _ => {}
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if matches!(field.name(), "device" | "route") {
            self.whose = format!("({value})");
        }
    }
}
