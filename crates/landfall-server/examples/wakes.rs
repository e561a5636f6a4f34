//! Measures idle event streams: memory of the server per stream, and the time until a commit has reached all of them.
//!
//! ```sh
//! cargo run --release -p landfall-server --example wakes -- 10000
//! ```
//!
//! The server runs in a process of its own (this program again), so that its memory is not that of the devices. Each wake
//! is counted: none may be lost, none doubled.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that prints what it measures"
)]

use anyhow::{Context as _, Result, bail, ensure};
use landfall_protocol::push::{Op, PushRequest};
use landfall_protocol::{VERSION, VERSION_HEADER};
use landfall_server::{App, Surroundings, Workspace, raise_file_limit, serve};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

const SCHEMA: &str = "[workspace]\nname = \"W\"\n[[table]]\nname = \"airfields\"\n[[table.column]]\nname = \"name\"\ntype = \"text\"\n";

const ROUNDS: usize = 5;

fn main() -> Result<()> {
    raise_file_limit();
    let mut args = std::env::args().skip(1);
    match args.next().as_deref() {
        Some("serve") => run_server(),
        count => run_devices(count.unwrap_or("10000").parse()?),
    }
}

/// The server: prints its address, one line a device's token, and runs until its input ends.
fn run_server() -> Result<()> {
    let dir = std::env::temp_dir().join(format!("landfall-wakes-{}", std::process::id()));
    let workspace = Workspace::create(&dir, SCHEMA, Surroundings::system())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        for name in ["laptop", "phone"] {
            println!("{}", workspace.add_device(name)?.1);
        }
        std::io::stdout().flush()?;
        let input_ends = tokio::task::spawn_blocking(|| {
            let _ = std::io::stdin().read(&mut [0]);
        });
        serve(listener, App::new(workspace), async {
            let _ = input_ends.await;
        })
        .await?;
        anyhow::Ok(())
    });
    std::fs::remove_dir_all(&dir)?;
    done
}

fn run_devices(count: usize) -> Result<()> {
    let mut server = Command::new(std::env::current_exe()?)
        .arg("serve")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let out = server.stdout.take().context("the server's output")?;
    let mut lines = BufReader::new(out).lines();
    let mut line = || {
        lines
            .next()
            .context("the server ended")?
            .map_err(anyhow::Error::from)
    };
    let address: SocketAddr = line()?.parse()?;
    let (laptop, phone) = (line()?, line()?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let measured = runtime.block_on(measure(&server, address, laptop, &phone, count));
    drop(server.stdin.take());
    server.wait()?;
    measured
}

async fn measure(
    server: &Child,
    address: SocketAddr,
    laptop: String,
    phone: &str,
    count: usize,
) -> Result<()> {
    let client = reqwest::Client::new();
    push(&client, address, &laptop, 0).await?;
    let before = memory(server)?;
    let (told, mut hears) = mpsc::unbounded_channel();
    let hellos = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    for number in 0..count {
        // A device has four streams at most; these stand for as many devices.
        let request = format!(
            "GET /v1/wakes HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {phone}\r\n{VERSION_HEADER}: {VERSION}\r\n\r\n"
        );
        let (told, hellos) = (told.clone(), Arc::clone(&hellos));
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        tokio::spawn(async move {
            let mut text = Vec::new();
            let mut buffer = [0; 512];
            loop {
                match stream.read(&mut buffer).await {
                    Ok(1..) if text.len() > 64 * 1024 => return,
                    Ok(read @ 1..) => text.extend_from_slice(&buffer[..read]),
                    _ => return,
                }
                while let Some(end) = text.windows(2).position(|two| two == b"\n\n") {
                    let event: Vec<u8> = text.drain(..end + 2).collect();
                    if event.windows(12).any(|part| part == b"event: hello") {
                        hellos.fetch_add(1, Ordering::Relaxed);
                    } else if event.windows(11).any(|part| part == b"event: wake") {
                        let _ = told.send(number);
                    }
                }
            }
        });
    }
    let deadline = Instant::now() + Duration::from_secs(60);
    while hellos.load(Ordering::Relaxed) < count {
        ensure!(
            Instant::now() < deadline,
            "{} of {count} streams opened",
            hellos.load(Ordering::Relaxed)
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let opened = begun.elapsed();
    let after = memory(server)?;
    println!("{count} streams opened in {opened:.2?}");
    println!(
        "memory of the server: {} KiB before, {} KiB with them: {:.1} KiB a stream",
        before / 1024,
        after / 1024,
        (after.saturating_sub(before)) as f64 / 1024.0 / count as f64
    );
    for round in 1..=ROUNDS {
        let begun = Instant::now();
        push(&client, address, &laptop, round).await?;
        let committed = begun.elapsed();
        let mut heard = vec![0_u8; count];
        let mut first = None;
        for _ in 0..count {
            let number = tokio::time::timeout(Duration::from_secs(30), hears.recv())
                .await?
                .context("all streams ended")?;
            first.get_or_insert_with(|| begun.elapsed());
            heard[number] += 1;
        }
        let all = begun.elapsed();
        if heard.iter().any(|&times| times != 1) || hears.try_recv().is_ok() {
            bail!("some wakes were lost or doubled");
        }
        println!(
            "wake {round}: push answered after {committed:.2?}, first told after {:.2?}, all {count} after {all:.2?}, none lost, none doubled",
            first.unwrap_or_default()
        );
    }
    Ok(())
}

async fn push(client: &reqwest::Client, address: SocketAddr, token: &str, number: usize) -> Result<()> {
    let op: Op = serde_json::from_value(serde_json::json!({
        "op_id": format!("op-{number}"), "table": "airfields", "id": format!("a-{number}"), "kind": "insert",
        "fields": { "name": "Bern" }, "edited_at": 0,
    }))?;
    let request = PushRequest {
        ops: vec![op],
        acked: Vec::new(),
    };
    client
        .post(format!("http://{address}/v1/push"))
        .bearer_auth(token)
        .header(VERSION_HEADER, VERSION)
        .json(&request)
        .send()
        .await?
        .error_for_status()?;
    Ok(())
}

/// Resident memory of a process, in bytes (Linux).
fn memory(process: &Child) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id()))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("no VmRSS: this needs Linux")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1024)
}
