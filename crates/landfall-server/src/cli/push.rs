//! `push keys`, `push test`: the ways in which the server wakes devices. docs/PUSH.md says more.

use anyhow::{Result, bail};
use landfall_protocol::wake::Platform;
use landfall_server::wake::{Wakes, settings};
use landfall_server::{Surroundings, Workspace};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Make the keys for Web Push and UnifiedPush, and write them to push.toml in the workspace's folder
    Keys {
        /// The workspace's folder
        dir: PathBuf,
        /// Whom a push service may write to when something is wrong: an e-mail address, or an https address
        #[arg(long)]
        contact: String,
    },
    /// Send a test wake to a device, and say what its push service answers
    Test {
        /// The workspace's folder
        dir: PathBuf,
        /// The device's name or id
        device: String,
    },
}

pub(super) fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Keys { dir, contact } => {
            let workspace = Workspace::open_as_stored(dir, Surroundings::system())?;
            let subject = if contact.contains("://") || contact.starts_with("mailto:") {
                contact
            } else {
                format!("mailto:{contact}")
            };
            let public = settings::make_keys(workspace.dir(), &subject, workspace.surroundings())?;
            super::say(&format!("Made the keys. The public one: {public}"))?;
            super::say(
                "The server uses them when it is started again. Keep push.toml secret, and keep it: with other keys every device has to subscribe anew.",
            )?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Test { dir, device } => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(test(dir, &device))
        }
    }
}

async fn test(dir: PathBuf, device: &str) -> Result<ExitCode> {
    let workspace = Workspace::open_as_stored(dir, Surroundings::system())?;
    let senders = settings::senders(workspace.dir(), workspace.surroundings())?;
    let installations = workspace.installations(device)?;
    if installations.is_empty() {
        bail!("the device has no installation: it puts one when background sync is turned on in the app");
    }
    let wakes = Wakes::new(&workspace, senders);
    let mut all_accepted = true;
    for installation in installations {
        let id = installation.key.id.clone();
        if installation.channel.platform() == Platform::Stream {
            super::say(&format!(
                "{id}: woken by its event stream only; send a test from the app"
            ))?;
            continue;
        }
        let report = wakes.test(installation).await?;
        all_accepted &= report.accepted;
        super::say(&match (report.accepted, report.status, report.message) {
            (true, Some(status), _) => format!("{id}: the push service took it ({status})"),
            (true, None, _) => format!("{id}: sent"),
            (false, _, message) => format!("{id}: not sent: {}", message.unwrap_or_default()),
        })?;
    }
    Ok(if all_accepted {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
