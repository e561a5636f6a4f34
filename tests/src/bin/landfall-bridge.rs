//! `landfall-bridge`: the app's UI and the real client, for a browser on this machine. See `landfall_tests::bridge`.
#![allow(clippy::print_stdout, reason = "the address is this program's output")]

use anyhow::Context as _;
use clap::Parser;
use landfall_client::Client;
use landfall_client::host::{self, ConnectAtStart};
use landfall_tests::bridge;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

#[derive(Parser)]
#[command(about = "Serves the app's UI and the real client to a browser on this machine")]
struct Arguments {
    /// Folder of the built UI.
    #[arg(long, default_value = "ui/dist")]
    ui: PathBuf,
    /// Folder of this device's data.
    #[arg(long)]
    data: PathBuf,
    /// Loopback address to listen on; port 0: any free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Connect to this server at start, unless the device is connected.
    #[arg(long, requires = "token_file")]
    server: Option<String>,
    /// File that holds the device's token.
    #[arg(long, requires = "server")]
    token_file: Option<PathBuf>,
    /// The device's name.
    #[arg(long)]
    device_name: Option<String>,
    /// Write the address, with its one-time token, to this file too.
    #[arg(long)]
    print_url_file: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("LANDFALL_LOG"))
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    anyhow::ensure!(
        arguments.ui.join("index.html").is_file(),
        "{} holds no built UI: run `npm run ui:build`",
        arguments.ui.display()
    );
    let mut options = host::options(&arguments.data, env!("CARGO_PKG_VERSION"));
    if let Some(name) = &arguments.device_name {
        options.suggested_device_name.clone_from(name);
    }
    let client = Client::open(options)
        .await
        .with_context(|| format!("can't open {}", arguments.data.display()))?;
    connect(&client, &arguments).await;

    let bridge = bridge::bind(client.clone(), &arguments.ui, arguments.listen).await?;
    println!("{}", bridge.url());
    std::io::stdout().flush()?;
    if let Some(file) = &arguments.print_url_file {
        write_private(file, bridge.url()).with_context(|| format!("can't write {}", file.display()))?;
    }
    tokio::select! {
        served = bridge.serve() => served?,
        () = stopped() => {}
    }
    client.shutdown().await;
    Ok(())
}

/// A server that is not there does not keep the app from opening: a person can connect by hand.
async fn connect(client: &Client, arguments: &Arguments) {
    let named = arguments.server.clone().zip(arguments.token_file.clone());
    let asked = named.map(|(server_url, token_file)| ConnectAtStart {
        server_url,
        token_file,
        device_name: arguments.device_name.clone(),
    });
    if let Some(server) = asked.or_else(host::connect_from_env)
        && let Err(error) = client.connect_at_start(&server).await
    {
        tracing::warn!(error = &error as &dyn std::error::Error, "not connected at start");
    }
}

/// Whole or not at all, and for its owner alone: the address carries the token.
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    let beside = file.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&beside)?.write_all(text.as_bytes())?;
    std::fs::rename(&beside, file)
}

async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // Without signals to hear, only the end of the process ends the bridge.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
