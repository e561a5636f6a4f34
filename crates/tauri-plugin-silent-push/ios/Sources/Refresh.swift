// The net under the pushes: a refresh task, as often as iOS grants one.
import BackgroundTasks
import Foundation

enum Refresh {
    /// Also in the app's Info.plist, under `BGTaskSchedulerPermittedIdentifiers`.
    static var identifier: String { (Bundle.main.bundleIdentifier ?? "") + ".silent-push-refresh" }

    /// iOS stops the app when a task goes on for longer than about thirty seconds.
    static let deadline: TimeInterval = 25
    private static let earliest: TimeInterval = 15 * 60

    /// Before the app has finished launching, or iOS refuses it.
    static func register() {
        BGTaskScheduler.shared.register(forTaskWithIdentifier: identifier, using: nil) { task in
            schedule()
            Wake.follow(isTimer: true, payload: Data(), deadline: deadline) { answer in
                task.setTaskCompleted(success: answer != .retry)
            }
        }
    }

    static func schedule() {
        let request = BGAppRefreshTaskRequest(identifier: identifier)
        request.earliestBeginDate = Date(timeIntervalSinceNow: earliest)
        do {
            try BGTaskScheduler.shared.submit(request)
        } catch {
            // The person has switched background refresh off: pushes still come.
            NSLog("silent-push: no refresh task: %@", error.localizedDescription)
        }
    }
}
