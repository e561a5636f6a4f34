// swift-tools-version:5.9
// The iOS part of tauri-plugin-silent-push.
import PackageDescription

let package = Package(
    name: "tauri-plugin-silent-push",
    platforms: [.iOS(.v14)],
    products: [
        .library(name: "tauri-plugin-silent-push", type: .static, targets: ["tauri-plugin-silent-push"])
    ],
    dependencies: [
        .package(name: "Tauri", path: "../.tauri/tauri-api")
    ],
    targets: [
        .target(
            name: "tauri-plugin-silent-push",
            dependencies: [.byName(name: "Tauri")],
            path: "Sources")
    ]
)
