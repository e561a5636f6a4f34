// The one worker that follows wakes: unique, so that two never run at once, and expedited where Android shows nothing
// for that. It needs no activity and no web view: it calls the app's own library.
package app.silentpush

import android.content.Context
import android.os.Build
import androidx.work.BackoffPolicy
import androidx.work.Constraints
import androidx.work.ExistingPeriodicWorkPolicy
import androidx.work.ExistingWorkPolicy
import androidx.work.NetworkType
import androidx.work.OneTimeWorkRequest
import androidx.work.OutOfQuotaPolicy
import androidx.work.PeriodicWorkRequest
import androidx.work.WorkManager
import androidx.work.Worker
import androidx.work.WorkerParameters
import java.util.concurrent.TimeUnit

internal class WakeWorker(context: Context, parameters: WorkerParameters) : Worker(context, parameters) {
    override fun doWork(): Result {
        val isTimer = tags.contains(TIMER)
        val pending = PendingWakes(applicationContext)
        val wakes = pending.list()
        // Wakes of a burst: another worker has followed them all.
        if (wakes.isEmpty() && !isTimer) return Result.success()
        Native.load(applicationContext)
        val payload = wakes.lastOrNull()?.readBytes() ?: ByteArray(0)
        // The same folder as Tauri's `app_local_data_dir`.
        val dataDir = applicationContext.dataDir.absolutePath
        return when (Answer.of(Native.wake(dataDir, wakes.isEmpty(), payload, DEADLINE_MILLIS))) {
            Answer.NO_NEWS, Answer.NEWS -> {
                pending.followed(wakes)
                Result.success()
            }
            Answer.RETRY -> Result.retry()
        }
    }

    companion object {
        private const val WAKE = "silent-push-wake"
        private const val NET = "silent-push-net"
        private const val TIMER = "silent-push-timer"
        private const val DEADLINE_MILLIS = 60_000L
        private const val NET_MINUTES = 15L
        private const val BACKOFF_SECONDS = 10L

        private val online = Constraints.Builder().setRequiredNetworkType(NetworkType.CONNECTED).build()

        /** Follows what is pending, as soon as Android allows. */
        fun follow(context: Context) {
            val request = OneTimeWorkRequest.Builder(WakeWorker::class.java)
                .setConstraints(online)
                .setBackoffCriteria(BackoffPolicy.EXPONENTIAL, BACKOFF_SECONDS, TimeUnit.SECONDS)
            // Before Android 12 an expedited worker shows a notification, and a wake shows nothing.
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
                request.setExpedited(OutOfQuotaPolicy.RUN_AS_NON_EXPEDITED_WORK_REQUEST)
            }
            WorkManager.getInstance(context)
                .enqueueUniqueWork(WAKE, ExistingWorkPolicy.APPEND_OR_REPLACE, request.build())
        }

        /** The net under the pushes: every quarter of an hour, the shortest period that Android has. */
        fun keepNet(context: Context) {
            val request = PeriodicWorkRequest.Builder(WakeWorker::class.java, NET_MINUTES, TimeUnit.MINUTES)
                .setConstraints(online)
                .addTag(TIMER)
            WorkManager.getInstance(context)
                .enqueueUniquePeriodicWork(NET, ExistingPeriodicWorkPolicy.KEEP, request.build())
        }

        /** Stops the net. */
        fun dropNet(context: Context) {
            WorkManager.getInstance(context).cancelUniqueWork(NET)
        }
    }
}
