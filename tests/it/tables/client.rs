//! The whole app, as its hosts call it, with a server of the table protocol: connected once, and still so when it is
//! started again.

use super::world::{There, World};
use landfall_client::dto::*;
use landfall_client::error::ErrorCode;
use landfall_client::token::TokenKeeper;
use landfall_client::{Client, ClientOptions};
use landfall_store::Surroundings;
use landfall_sync::TransportError;
use landfall_sync::transport::tables::Dialect;
use landfall_testkit::{Dice, TestClock, schema};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

async fn opens(folder: &Path) -> Client {
    let (clock, dice) = (TestClock::default(), Dice::of(2, "laptop"));
    let options = ClientOptions {
        data_dir: folder.to_owned(),
        surroundings: Surroundings {
            now: Arc::new(move || clock.now()),
            random: Arc::new(move || dice.ten()),
        },
        tokens: TokenKeeper::in_file(folder),
        // There is no Landfall server in this story.
        transport: Arc::new(|_, _| Err(TransportError::NotLandfall)),
        suggested_device_name: "laptop".to_owned(),
        app_version: "1.2.3".to_owned(),
    };
    Client::open(options).await.expect("the folder can be opened")
}

/// Waits until a sync has ended well and nothing waits.
async fn settled(client: &Client) {
    let mut events = client.events();
    loop {
        let status = client.sync_status(NoArgs {}).await.expect("a status");
        if status.waiting == 0 && status.last_success.is_some() && status.progress.is_none() {
            return;
        }
        events.recv().await.expect("the client lives");
    }
}

#[tokio::test]
async fn a_laptop_connects_to_the_teams_own_server_and_is_connected_after_a_restart() {
    for (dialect, told) in [(Dialect::V2, TableDialect::V2), (Dialect::V3, TableDialect::V3)] {
        let plain = World::plain(dialect, 0).await;
        let ours = World::ours(Dialect::V3).await;
        let There::Ours(server) = &ours.there else {
            unreachable!("it is ours");
        };
        let (_, token) = server.workspace().add_device("app").expect("a new name");
        let folder = tempfile::tempdir().expect("a folder");
        let laptop = opens(folder.path()).await;
        let args = |url: &str, token: &str, sign_in, schema: Option<&str>| WorkspaceConnectArgs {
            server_url: url.to_owned(),
            token: token.to_owned(),
            device_name: "Ada's laptop".to_owned(),
            tables: Some(TablesArgs {
                schema: schema.map(str::to_owned),
                sign_in,
            }),
        };
        let refused = async |args| laptop.workspace_connect(args).await.expect_err("it is refused");
        let wrong = refused(args(
            ours.url(),
            "guess",
            TablesSignIn::Bearer,
            Some(schema::SCHEMA),
        ))
        .await;
        assert_eq!(wrong.code, ErrorCode::Unauthorized);
        let unread = refused(args(plain.url(), "", TablesSignIn::None, Some("[workspace]"))).await;
        assert_eq!(unread.code, ErrorCode::BadSchema);
        assert!(unread.message.starts_with("line 1: "), "{}", unread.message);
        let undescribed = refused(args(plain.url(), "", TablesSignIn::None, None)).await;
        assert_eq!(undescribed.code, ErrorCode::BadSchema);

        // Our own server is met in v3; the other in its own dialect.
        let (world, sign_in, token, told) = match dialect {
            Dialect::V2 => (&plain, TablesSignIn::None, "", told),
            Dialect::V3 => (&ours, TablesSignIn::Bearer, token.as_str(), told),
        };
        let connect = args(world.url(), token, sign_in, Some(schema::SCHEMA));
        let state = laptop
            .workspace_connect(connect.clone())
            .await
            .expect("connected");
        let workspace = state.workspace.expect("a workspace");
        assert_eq!(workspace.table_protocol, Some(told));
        assert_eq!(workspace.table_sign_in, Some(sign_in));
        assert_eq!(workspace.device_name, "Ada's laptop");
        settled(&laptop).await;
        let as_landfall = refused(WorkspaceConnectArgs {
            tables: None,
            ..connect
        })
        .await;
        assert_eq!(as_landfall.code, ErrorCode::BadRequest);
        // Another token later: what tables there are is known by now.
        let again = laptop.workspace_connect(args(world.url(), token, sign_in, None));
        let kept = again.await.expect("connected").workspace.expect("a workspace");
        assert_eq!(kept.schema, workspace.schema);
        settled(&laptop).await;
        laptop.shutdown().await;
        drop(laptop);

        let laptop = opens(folder.path()).await;
        let new = RecordNewArgs {
            table: "airfields".to_owned(),
            copy_of: None,
            fields: BTreeMap::new(),
        };
        let id = laptop.record_new(new).await.expect("an id").id;
        let create = RecordCreateArgs {
            table: "airfields".to_owned(),
            id: id.clone(),
            fields: BTreeMap::from([("name".to_owned(), "Oban".into())]),
        };
        laptop.record_create(create).await.expect("saved");
        settled(&laptop).await;
        laptop.shutdown().await;

        let phone = world.device("phone");
        phone.syncs().await;
        let oban = super::id(&id);
        assert_eq!(phone.value("airfields", &oban, "name"), json!("Oban"));
    }
}
