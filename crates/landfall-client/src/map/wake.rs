//! Wakes as the server tells of them → as a person sees them.

use super::millis;
use crate::dto;
use landfall_sync::TransportError;
use landfall_sync::wake::{Channels, Installation, Platform, TestReport};

pub(crate) fn way(platform: Platform) -> dto::WakeWay {
    match platform {
        Platform::Stream => dto::WakeWay::Stream,
        Platform::WebPush => dto::WakeWay::WebPush,
        Platform::Fcm => dto::WakeWay::Fcm,
        Platform::Apns => dto::WakeWay::Apns,
    }
}

/// Of all that the server has of this device, the push channel of this installation.
pub(crate) fn health(channels: &Channels, id: &str) -> dto::WakeHealth {
    let is_push = |platform: &Platform| *platform != Platform::Stream;
    let mut installations = channels.installations.iter();
    let own = installations.find(|one| one.id == id && is_push(&one.platform));
    dto::WakeHealth {
        server_pushes_by: channels
            .platforms
            .iter()
            .copied()
            .filter(is_push)
            .map(way)
            .collect(),
        channel: own.map(channel),
    }
}

fn channel(installation: &Installation) -> dto::ChannelHealth {
    dto::ChannelHealth {
        way: way(installation.platform),
        state: state(installation),
        last_sent_at: installation.last_sent_at.map(millis),
        last_accepted_at: installation.last_accepted_at.map(millis),
        failures: installation.failures,
        last_failure: installation.last_failure.clone(),
    }
}

fn state(installation: &Installation) -> dto::ChannelState {
    if installation.dead {
        dto::ChannelState::Dead
    } else if installation.failures > 0 {
        dto::ChannelState::Failing
    } else if installation.last_accepted_at.is_some() {
        dto::ChannelState::Healthy
    } else {
        dto::ChannelState::Untried
    }
}

/// That another test was sent just now is an answer too.
pub(crate) fn test(
    platform: Platform,
    asked: Result<TestReport, TransportError>,
) -> Result<dto::WakeTest, TransportError> {
    let outcome = match asked {
        Ok(report) if report.accepted => dto::WakeTestOutcome::Sent,
        Ok(report) => dto::WakeTestOutcome::Refused {
            status: report.status,
            message: report.message.unwrap_or_default(),
        },
        Err(TransportError::ServerTrouble { status: 429, .. }) => dto::WakeTestOutcome::TooSoon,
        Err(error) => return Err(error),
    };
    Ok(dto::WakeTest {
        way: way(platform),
        outcome,
    })
}
