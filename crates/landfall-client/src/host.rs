//! What every host needs to open a client: its surroundings in the real world, and what the environment asks for.
//!
//! | variable | meaning |
//! |---|---|
//! | `LANDFALL_DATA_DIR` | the folder of this device's data |
//! | `LANDFALL_SERVER_URL`, `LANDFALL_TOKEN_FILE` | connect to this server at start, unless the device is connected |
//! | `LANDFALL_DEVICE_NAME` | this device's name |
//! | `LANDFALL_NO_KEYRING` | `1`: keep the token in a private file |

use crate::client::{Client, ClientOptions, MakeTransport};
use crate::dto::{AppState, NoArgs, WorkspaceConnectArgs};
use crate::error::CommandError;
use crate::token::TokenKeeper;
use landfall_core::id::Millis;
use landfall_store::Surroundings;
use landfall_sync::transport::http::{HttpTransport, Token};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Where to connect to at start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectAtStart {
    /// Address of the server.
    pub server_url: String,
    /// File that holds the token.
    pub token_file: PathBuf,
    /// The device's name; none: the machine's.
    pub device_name: Option<String>,
}

/// Why connecting at start failed.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The token's file can't be read.
    #[error("can't read the token in {}", path.display())]
    TokenFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The server refused, or was not there.
    #[error("can't connect to {server_url}")]
    Refused {
        /// The server.
        server_url: String,
        /// Why.
        #[source]
        source: CommandError,
    },
}

/// The folder that the environment names.
#[must_use]
pub fn data_dir_from_env() -> Option<PathBuf> {
    set(std::env::var_os("LANDFALL_DATA_DIR")).map(PathBuf::from)
}

/// The server that the environment names.
#[must_use]
pub fn connect_from_env() -> Option<ConnectAtStart> {
    let text = |name| set(std::env::var_os(name)).and_then(|value| value.into_string().ok());
    Some(ConnectAtStart {
        server_url: text("LANDFALL_SERVER_URL")?,
        token_file: set(std::env::var_os("LANDFALL_TOKEN_FILE"))?.into(),
        device_name: text("LANDFALL_DEVICE_NAME"),
    })
}

fn set(value: Option<OsString>) -> Option<OsString> {
    value.filter(|value| !value.is_empty())
}

/// Options for the real world: system clock, system randomness, HTTP, the keyring where there is one.
#[must_use]
pub fn options(data_dir: &Path, app_version: &str) -> ClientOptions {
    ClientOptions {
        data_dir: data_dir.to_owned(),
        surroundings: surroundings(),
        tokens: TokenKeeper::from_env(data_dir),
        transport: http(),
        suggested_device_name: machine_name(),
        app_version: app_version.to_owned(),
    }
}

fn surroundings() -> Surroundings {
    Surroundings {
        now: Arc::new(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
        }),
        random: Arc::new(|| {
            let mut bytes = [0; 10];
            getrandom::fill(&mut bytes).expect("invariant: the operating system gives random bytes");
            bytes
        }),
    }
}

fn http() -> MakeTransport {
    Arc::new(|url, token| {
        let token = token.map(Token::new).transpose()?;
        Ok(Arc::new(HttpTransport::new(url.as_str(), token)?))
    })
}

/// The machine's name, as a person would know it.
fn machine_name() -> String {
    let from_env = |name| std::env::var(name).ok();
    let from_file = || std::fs::read_to_string("/etc/hostname").ok();
    let names = [
        from_env("LANDFALL_DEVICE_NAME"),
        from_env("COMPUTERNAME"),
        from_env("HOSTNAME"),
        from_file(),
    ];
    let mut names = names.into_iter().flatten().map(|name| name.trim().to_owned());
    names
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "This device".to_owned())
}

impl Client {
    /// Connects to the server that the host was told to connect to, unless the device is connected.
    ///
    /// # Errors
    /// [`ConnectError`]; the app works on without, and a person can connect by hand.
    pub async fn connect_at_start(&self, ask: &ConnectAtStart) -> Result<(), ConnectError> {
        let refused = |source| ConnectError::Refused {
            server_url: ask.server_url.clone(),
            source,
        };
        let state: AppState = self.app_state(NoArgs {}).await.map_err(refused)?;
        if state.workspace.is_some() {
            return Ok(());
        }
        let token = std::fs::read_to_string(&ask.token_file).map_err(|source| ConnectError::TokenFile {
            path: ask.token_file.clone(),
            source,
        })?;
        let args = WorkspaceConnectArgs {
            server_url: ask.server_url.clone(),
            token,
            device_name: ask.device_name.clone().unwrap_or_default(),
            tables: None,
        };
        self.workspace_connect(args).await.map_err(refused)?;
        Ok(())
    }
}
