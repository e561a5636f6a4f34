//! Connecting, leaving, starting again.

use crate::server::TOKEN;
use crate::world::{World, connect_args, eventually, settled, synced};
use landfall_client::dto::*;
use landfall_client::error::ErrorCode;
use landfall_client::host::ConnectAtStart;

#[tokio::test]
async fn a_laptop_connects_and_has_what_the_server_has() {
    let world = World::new();
    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    let laptop = world.laptop().await;
    assert!(laptop.app_state(NoArgs {}).await.unwrap().workspace.is_none());
    assert_eq!(
        laptop.sync_status(NoArgs {}).await.unwrap().state,
        SyncState::NotConnected
    );
    assert_eq!(
        laptop.sync_now(NoArgs {}).await.unwrap(),
        SyncStarted::NotConnected
    );

    let mut events = laptop.events();
    let state = laptop.workspace_connect(connect_args()).await.unwrap();

    let workspace = state.workspace.unwrap();
    assert_eq!(workspace.name, "Clinic");
    assert_eq!(workspace.server_url, "http://127.0.0.1:8787/");
    assert_eq!(
        (workspace.device_id.as_str(), workspace.device_name.as_str()),
        ("device-1", "Laptop")
    );
    assert_eq!(workspace.token_kept_in, TokenPlace::PrivateFile);
    synced(&laptop, &mut events).await;
    let counts = laptop
        .table_counts(TableCountsArgs {
            table: "patients".into(),
        })
        .await
        .unwrap();
    assert_eq!(counts.total, 1);
    assert!(!laptop.sync_status(NoArgs {}).await.unwrap().first_sync);
}

#[tokio::test]
async fn a_check_tells_what_stands_in_the_way() {
    let world = World::new();
    let laptop = world.laptop().await;
    let check = |typed: &str| {
        laptop.workspace_check(WorkspaceCheckArgs {
            server_url: typed.to_owned(),
        })
    };

    match check("records.example.org").await.unwrap() {
        ServerCheck::Ready { server_url, version } => {
            assert_eq!(
                (server_url.as_str(), version.as_str()),
                ("https://records.example.org/", "9.9.9")
            );
        }
        problem @ ServerCheck::Problem { .. } => panic!("{problem:?}"),
    }
    let problem = |check| match check {
        ServerCheck::Problem { reachability } => reachability,
        ready @ ServerCheck::Ready { .. } => panic!("{ready:?}"),
    };
    assert_eq!(
        problem(check("not an address").await.unwrap()),
        Reachability::BadAddress
    );
    world.server.go_away();
    assert_eq!(
        problem(check("127.0.0.1:1").await.unwrap()),
        Reachability::Refused
    );
    laptop
        .work_offline_set(WorkOfflineSetArgs { on: true })
        .await
        .unwrap();
    assert_eq!(
        problem(check("127.0.0.1:1").await.unwrap()),
        Reachability::WorkOffline
    );
}

#[tokio::test]
async fn a_wrong_token_connects_to_nothing() {
    let world = World::new();
    let laptop = world.laptop().await;
    let wrong = WorkspaceConnectArgs {
        token: "guess".into(),
        ..connect_args()
    };
    assert_eq!(
        laptop.workspace_connect(wrong).await.unwrap_err().code,
        ErrorCode::Unauthorized
    );
    assert!(laptop.app_state(NoArgs {}).await.unwrap().workspace.is_none());
}

#[tokio::test]
async fn settings_changed_at_the_same_time_all_hold() {
    let world = World::new();
    let laptop = world.connected().await;
    let dark = SettingsPatch {
        theme: Some(Theme::Dark),
        ..SettingsPatch::default()
    };
    let titles = NotificationPatch {
        show_titles: Some(true),
        ..NotificationPatch::default()
    };
    let titled = SettingsPatch {
        notifications: Some(titles),
        ..SettingsPatch::default()
    };
    let (first, second, third) = tokio::join!(
        laptop.work_offline_set(WorkOfflineSetArgs { on: true }),
        laptop.settings_set(dark),
        laptop.settings_set(titled),
    );
    first.unwrap();
    second.unwrap();
    third.unwrap();

    let settings = laptop.settings_get(NoArgs {}).await.unwrap();
    assert!(settings.work_offline && settings.notifications.show_titles);
    assert_eq!(settings.theme, Theme::Dark);
    assert_eq!(
        laptop.sync_status(NoArgs {}).await.unwrap().state,
        SyncState::Offline
    );
}

#[tokio::test]
async fn after_a_restart_the_laptop_is_connected_still() {
    let world = World::new();
    let laptop = world.connected().await;
    laptop
        .settings_set(SettingsPatch {
            theme: Some(Theme::Dark),
            ..SettingsPatch::default()
        })
        .await
        .unwrap();
    laptop.shutdown().await;
    drop(laptop);

    world.server.write("patients", "p2", &[("name", "Per".into())]);
    let laptop = world.laptop().await;
    let mut events = laptop.events();

    let state = laptop.app_state(NoArgs {}).await.unwrap();
    assert_eq!(state.settings.theme, Theme::Dark);
    assert_eq!(state.workspace.unwrap().device_name, "Laptop");
    settled(&laptop, &mut events, |status| status.last_received == 1).await;
}

#[tokio::test]
async fn leaving_asks_while_edits_wait() {
    let world = World::new();
    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    let laptop = world.connected().await;
    laptop
        .work_offline_set(WorkOfflineSetArgs { on: true })
        .await
        .unwrap();
    laptop
        .record_update(crate::world::update("patients", "p1", [("name", "Ida B".into())]))
        .await
        .unwrap();

    let refused = laptop
        .workspace_disconnect(WorkspaceDisconnectArgs { erase: false })
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::EditsWaiting);
    assert_eq!(laptop.sync_status(NoArgs {}).await.unwrap().waiting, 1);
    assert_ne!(
        laptop.sync_status(NoArgs {}).await.unwrap().state,
        SyncState::NotConnected
    );

    let state = laptop
        .workspace_disconnect(WorkspaceDisconnectArgs { erase: true })
        .await
        .unwrap();
    assert!(state.workspace.is_none());
    assert_eq!(
        laptop.sync_status(NoArgs {}).await.unwrap().state,
        SyncState::NotConnected
    );
    assert!(!world.folder.path().join("token").exists());
}

#[tokio::test]
async fn a_host_can_be_told_to_connect_at_start() {
    let world = World::new();
    let token_file = world.folder.path().join("given");
    std::fs::write(&token_file, format!("{TOKEN}\n")).unwrap();
    let laptop = world.laptop().await;
    let told = ConnectAtStart {
        server_url: "127.0.0.1:1".into(),
        token_file,
        device_name: None,
    };
    laptop.connect_at_start(&told).await.unwrap();
    assert_eq!(
        laptop
            .app_state(NoArgs {})
            .await
            .unwrap()
            .workspace
            .unwrap()
            .device_name,
        "laptop"
    );
    world.server.go_away();
    laptop
        .connect_at_start(&told)
        .await
        .expect("a connected device is left as it is");
}

#[tokio::test]
async fn a_purged_table_comes_again() {
    let world = World::new();
    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    let laptop = world.connected().await;
    laptop
        .sync_set_automatic(SyncSetAutomaticArgs { on: false })
        .await
        .unwrap();
    let mut events = laptop.events();
    // The first sync may be under way still.
    settled(&laptop, &mut events, |status| {
        status.state == SyncState::Paused && status.last_success.is_some()
    })
    .await;
    let total = async || {
        let patients = TableCountsArgs {
            table: "patients".into(),
        };
        laptop.table_counts(patients).await.unwrap().total
    };

    let purge = TablePurgeArgs {
        table: "patients".into(),
        force: false,
    };
    laptop.table_purge(purge).await.unwrap();
    assert_eq!(total().await, 0);

    laptop.sync_now(NoArgs {}).await.unwrap();
    eventually(&mut events, async || total().await == 1).await;
}

#[tokio::test]
async fn diagnostics_name_no_value() {
    let world = World::new();
    world.server.write("patients", "p1", &[("name", "Ida".into())]);
    let laptop = world.connected().await;
    let diagnostics = laptop.diagnostics_get(NoArgs {}).await.unwrap();
    assert_eq!(diagnostics.integrity, "ok");
    let text = serde_json::to_string(&diagnostics).unwrap();
    assert!(
        text.contains("records in patients") && !text.contains("Ida"),
        "{text}"
    );
    let saved = SavedView {
        table: "patients".into(),
        name: "Mine".into(),
        query: "q=ida".into(),
    };
    laptop.saved_view_save(saved.clone()).await.unwrap();
    laptop
        .saved_view_save(SavedView {
            query: "q=per".into(),
            ..saved
        })
        .await
        .unwrap();
    let list = laptop
        .saved_view_list(SavedViewListArgs {
            table: "patients".into(),
        })
        .await
        .unwrap();
    assert_eq!(
        list.iter().map(|view| view.query.as_str()).collect::<Vec<_>>(),
        ["q=per"]
    );
    let gone = SavedViewDeleteArgs {
        table: "patients".into(),
        name: "Mine".into(),
    };
    laptop.saved_view_delete(gone).await.unwrap();
    assert!(
        laptop
            .saved_view_list(SavedViewListArgs {
                table: "patients".into()
            })
            .await
            .unwrap()
            .is_empty()
    );
}
