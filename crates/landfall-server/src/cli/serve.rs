//! `serve`: a workspace on a socket, until SIGINT or SIGTERM.

use anyhow::{Context as _, Result};
use landfall_server::wake::settings;
use landfall_server::{App, Surroundings, Workspace, raise_file_limit, serve};
use std::fs;
use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

#[derive(clap::Args)]
pub(super) struct Args {
    /// The workspace's folder
    dir: PathBuf,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8787")]
    listen: SocketAddr,
    /// Write the address that it listens on to this file, and remove it at the end
    #[arg(long)]
    port_file: Option<PathBuf>,
    /// Log one JSON object a line
    #[arg(long)]
    log_json: bool,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    log_to_stderr(args.log_json);
    raise_file_limit();
    let workspace = Workspace::open_to_serve(&args.dir, Surroundings::system())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(listen(args, workspace))?;
    Ok(ExitCode::SUCCESS)
}

async fn listen(args: &Args, workspace: Workspace) -> Result<()> {
    let listener = TcpListener::bind(args.listen).await.with_context(|| {
        format!(
            "can't listen on {}: free it, or name another address with --listen",
            args.listen
        )
    })?;
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        tracing::warn!(
            "listening on {address} without TLS: whoever is on the way can read the records and the devices' tokens; \
             put a proxy with TLS in front of it"
        );
    }
    // The signals are taken before anyone is told that the server is there.
    let stop = stop_signal()?;
    if let Some(path) = &args.port_file {
        write_whole(path, &format!("{address}\n"))?;
    }
    super::say(&format!(
        "Serving \"{}\" on http://{address}; stop it with Ctrl-C.",
        workspace.schema().name
    ))?;
    let senders = settings::senders(workspace.dir(), workspace.surroundings())?;
    let app = App::new(workspace).pushing_by(senders);
    let served = serve(listener, app, stop).await;
    if let Some(path) = &args.port_file {
        fs::remove_file(path).with_context(|| format!("can't remove {}", path.display()))?;
    }
    tracing::info!("stopped");
    served.context("the server's socket failed")
}

/// Whoever reads the file finds nothing or all of it.
fn write_whole(path: &Path, text: &str) -> Result<()> {
    let part = path.with_extension("part");
    fs::write(&part, text)
        .and_then(|()| fs::rename(&part, path))
        .with_context(|| format!("can't write {}", path.display()))
}

fn log_to_stderr(as_json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    if as_json {
        log.json().init();
    } else {
        log.init();
    }
}

#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: requests that run are finished");
    })
}

#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        tracing::info!("stopping: requests that run are finished");
    })
}
