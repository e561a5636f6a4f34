//! Whoever reads another server's tables says which server, which tables, and who asks.

use anyhow::{Context as _, Result, bail};
use landfall_server::migrate::{Source, Wanted};
use landfall_tables::Auth;

/// In these a secret stands neither in the list of processes nor in the shell's history.
const HEADER: &str = "LANDFALL_FROM_HEADER";
const BEARER: &str = "LANDFALL_FROM_BEARER";

/// What is said of the other server.
#[derive(clap::Args)]
pub(super) struct From {
    /// A table of it, by its name here: todo_item, or todo_item=todos where it has another name there. Can be repeated
    #[arg(long = "table", value_name = "NAME[=THEIRS]")]
    pub(super) tables: Vec<Wanted>,
    /// A token for it: Authorization: Bearer TOKEN (better in LANDFALL_FROM_BEARER)
    #[arg(long, value_name = "TOKEN", conflicts_with = "header")]
    bearer: Option<String>,
    /// A header with a token for it: 'X-ZUMO-AUTH: TOKEN' (better in LANDFALL_FROM_HEADER)
    #[arg(long, value_name = "HEADER")]
    header: Option<String>,
}

impl From {
    /// Meets the server.
    pub(super) async fn meet(&self, address: &str) -> Result<Source> {
        if self.tables.is_empty() {
            bail!("name at least one table of {address} with --table");
        }
        let secret = |name| std::env::var(name).ok().filter(|text| !text.trim().is_empty());
        let auth = match (&self.header, &self.bearer) {
            (Some(header), _) => of_header(header)?,
            (None, Some(token)) => Auth::Bearer(token.trim().to_owned()),
            (None, None) => match (secret(HEADER), secret(BEARER)) {
                (Some(header), _) => of_header(&header).with_context(|| format!("{HEADER} can't be used"))?,
                (None, Some(token)) => Auth::Bearer(token.trim().to_owned()),
                (None, None) => Auth::None,
            },
        };
        Ok(Source::meet(address, &auth, &self.tables).await?)
    }
}

fn of_header(header: &str) -> Result<Auth> {
    let (name, value) = header
        .split_once(':')
        .context("a header is a name, a colon and a value: 'X-ZUMO-AUTH: TOKEN'")?;
    let value = value.trim();
    match name.trim().to_ascii_lowercase().as_str() {
        "x-zumo-auth" => Ok(Auth::Zumo(value.to_owned())),
        "authorization" => match value.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                Ok(Auth::Bearer(token.trim().to_owned()))
            }
            _ => bail!("Authorization can be Bearer here, and nothing else"),
        },
        other => {
            bail!("{other} is no header that these servers know a caller by: X-ZUMO-AUTH or Authorization")
        }
    }
}

/// Runs what speaks to another server.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
