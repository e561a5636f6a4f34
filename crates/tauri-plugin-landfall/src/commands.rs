//! One Tauri command for each line of the list. The body is the client's method of the same name.

use landfall_client::Client;
use landfall_client::dto::*;
use landfall_client::error::CommandError;
use tauri::ipc::Invoke;
use tauri::{Runtime, State};

macro_rules! make_commands {
    ($($kind:ident $name:ident($args:ty) -> $answer:ty $([$($topic:ident),*])?;)*) => {
        $(
            #[tauri::command]
            async fn $name(client: State<'_, Client>, args: $args) -> Result<$answer, CommandError> {
                client.$name(args).await
            }
        )*

        /// Answers calls of `plugin:landfall|<name>`.
        pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),*]
        }
    };
}

landfall_client::for_each_command!(make_commands);

#[cfg(test)]
mod tests {
    include!("../commands.rs");

    #[test]
    fn every_command_has_its_permission_and_the_default_set_allows_it() {
        let listed: Vec<_> = landfall_client::commands::COMMANDS
            .iter()
            .map(|command| command.name)
            .collect();
        assert_eq!(COMMANDS, listed, "run `cargo xtask bindings`");
        let default = include_str!("../permissions/default.toml");
        for name in listed {
            let permission = format!("\"allow-{}\"", name.replace('_', "-"));
            assert!(
                default.contains(&permission),
                "{permission}: run `cargo xtask bindings`"
            );
        }
    }
}
