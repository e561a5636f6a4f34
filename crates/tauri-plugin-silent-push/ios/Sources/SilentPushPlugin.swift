// The part that iOS and an open app talk to: background pushes, registering, and the device token.
//
// Tauri owns the app delegate and does not pass these calls on, so that they are added to its class when the plugin loads.
import ObjectiveC
import Tauri
import UIKit
import WebKit

class ListenArgs: Decodable {
    let channel: Channel
}

class SilentPushPlugin: Plugin {
    /// The open app hears of a new token by this.
    private static var heard: Channel?
    private static var token: String?
    private static var failure: String?

    override func load(webview: WKWebView) {
        Delegate.install()
        Refresh.register()
        Refresh.schedule()
    }

    @objc func listen(_ invoke: Invoke) throws {
        Self.heard = try invoke.parseArgs(ListenArgs.self).channel
        Self.tell()
        invoke.resolve()
    }

    /// A background push needs no permission from the person: nothing is shown.
    @objc func register(_ invoke: Invoke) {
        DispatchQueue.main.async {
            UIApplication.shared.registerForRemoteNotifications()
            invoke.resolve(["by": "apns"])
        }
    }

    @objc func unregister(_ invoke: Invoke) {
        DispatchQueue.main.async {
            UIApplication.shared.unregisterForRemoteNotifications()
            Self.registered(token: nil, failure: nil)
            invoke.resolve()
        }
    }

    static func registered(token: String?, failure: String?) {
        Self.token = token
        Self.failure = failure
        tell()
    }

    private static func tell() {
        var state: JsonObject = [:]
        if let token = Self.token {
            state["channel"] = ["platform": "apns", "channel": ["token": token, "sandbox": isSandbox]]
        }
        if let failure = Self.failure {
            state["failure"] = failure
        }
        heard?.send(state)
    }

    /// A build that is signed for development has its pushes from Apple's sandbox.
    private static var isSandbox: Bool {
        guard let path = Bundle.main.path(forResource: "embedded", ofType: "mobileprovision"),
            let data = FileManager.default.contents(atPath: path),
            let text = String(data: data, encoding: .isoLatin1)
        else { return false }
        let entitlement = "<key>aps-environment</key>"
        guard let range = text.range(of: entitlement) else { return false }
        return text[range.upperBound...].prefix(80).contains("development")
    }
}

/// What iOS calls of the app delegate.
enum Delegate {
    private typealias Completion = @convention(block) (UInt) -> Void

    static func install() {
        guard let delegate = UIApplication.shared.delegate, let type = object_getClass(delegate) else { return }
        let registered: @convention(block) (AnyObject, UIApplication, Data) -> Void = { _, _, token in
            let hex = token.map { String(format: "%02x", $0) }.joined()
            SilentPushPlugin.registered(token: hex, failure: nil)
        }
        let failed: @convention(block) (AnyObject, UIApplication, NSError) -> Void = { _, _, error in
            SilentPushPlugin.registered(token: nil, failure: error.localizedDescription)
        }
        let received: @convention(block) (AnyObject, UIApplication, NSDictionary, @escaping Completion) -> Void = {
            _, _, info, completion in
            follow(info, completion)
        }
        add(type, "application:didRegisterForRemoteNotificationsWithDeviceToken:", registered, "v@:@@")
        add(type, "application:didFailToRegisterForRemoteNotificationsWithError:", failed, "v@:@@")
        add(type, "application:didReceiveRemoteNotification:fetchCompletionHandler:", received, "v@:@@@?")
        // UIKit looks once, when the delegate is set, at what it answers.
        UIApplication.shared.delegate = delegate
    }

    private static func add(_ type: AnyClass, _ name: String, _ block: Any, _ types: String) {
        class_replaceMethod(type, NSSelectorFromString(name), imp_implementationWithBlock(block), types)
    }

    /// The completion handler hears the truth: iOS wakes an app less often that says that there was nothing.
    private static func follow(_ info: NSDictionary, _ completion: @escaping Completion) {
        var payload = Data()
        if let wake = info["wake"], JSONSerialization.isValidJSONObject(wake) {
            payload = (try? JSONSerialization.data(withJSONObject: wake)) ?? Data()
        } else if let text = info["wake"] as? String {
            payload = Data(text.utf8)
        }
        Wake.follow(isTimer: false, payload: payload, deadline: Refresh.deadline) { answer in
            switch answer {
            case .news: completion(UIBackgroundFetchResult.newData.rawValue)
            case .noNews: completion(UIBackgroundFetchResult.noData.rawValue)
            case .retry: completion(UIBackgroundFetchResult.failed.rawValue)
            }
        }
    }
}

@_cdecl("init_plugin_silent_push")
public func initPlugin() -> Plugin {
    return SilentPushPlugin()
}
