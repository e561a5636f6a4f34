//! Calling a command by its name, for hosts that have nothing but JSON (the bridge).

use crate::Client;
use crate::dto::*;
use crate::error::CommandError;
use serde::Serialize;
use serde::de::DeserializeOwned;

macro_rules! make_dispatch {
    ($($kind:ident $name:ident($args:ty) -> $answer:ty $([$($topic:ident),*])?;)*) => {
        /// Calls a command by name, with its argument and its answer as JSON.
        ///
        /// # Errors
        /// `bad_request` for a name that is not in the list or an argument of another shape; else the command's own.
        pub async fn dispatch(
            client: &Client,
            name: &str,
            args: serde_json::Value,
        ) -> Result<serde_json::Value, CommandError> {
            match name {
                $(stringify!($name) => {
                    let args: $args = parse(name, args)?;
                    // Boxed, so that the size of this future is not that of its largest command.
                    answer(&Box::pin(client.$name(args)).await?)
                })*
                _ => Err(CommandError::bad_request(format!("no command `{name}`"))),
            }
        }
    };
}

crate::for_each_command!(make_dispatch);

/// The message names the command, never the value.
fn parse<T: DeserializeOwned>(name: &str, args: serde_json::Value) -> Result<T, CommandError> {
    T::deserialize(args).map_err(|error| {
        tracing::debug!(command = name, %error, "an argument of another shape");
        CommandError::bad_request(format!("the argument of `{name}` has another shape"))
    })
}

fn answer<T: Serialize>(value: &T) -> Result<serde_json::Value, CommandError> {
    serde_json::to_value(value).map_err(|error| CommandError::internal(&error))
}
