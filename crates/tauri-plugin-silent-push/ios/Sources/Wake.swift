// The app's own library, called without a web view: `silent_push::export_wake!` makes the other side.
import Foundation

/// What a wake came to. The numbers are the library's.
enum Answer: Int32 {
    case noNews = 0
    case news = 1
    case retry = 2
}

@_silgen_name("silent_push_wake")
private func silentPushWake(
    _ dataDir: UnsafePointer<CChar>,
    _ isTimer: Bool,
    _ payload: UnsafePointer<UInt8>?,
    _ payloadLength: Int,
    _ deadlineMillis: UInt64
) -> Int32

enum Wake {
    /// One at a time: iOS may hand over a push while a refresh task runs.
    private static let queue = DispatchQueue(label: "app.silentpush.wake", qos: .utility)

    /// Does what the app does when it is woken, off the main thread; `done` is called on it, with the truth.
    static func follow(isTimer: Bool, payload: Data, deadline: TimeInterval, done: @escaping (Answer) -> Void) {
        queue.async {
            let number = dataDir().withCString { dir in
                payload.withUnsafeBytes { bytes in
                    silentPushWake(
                        dir,
                        isTimer,
                        bytes.bindMemory(to: UInt8.self).baseAddress,
                        bytes.count,
                        UInt64(deadline * 1000))
                }
            }
            DispatchQueue.main.async { done(Answer(rawValue: number) ?? .retry) }
        }
    }

    /// The same folder as Tauri's `app_local_data_dir`.
    private static func dataDir() -> String {
        let folders = FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask)
        let identifier = Bundle.main.bundleIdentifier ?? ""
        return folders[0].appendingPathComponent(identifier).path
    }
}
