// Stubs of WorkManager 2.10: signatures only.
@file:Suppress("UNUSED_PARAMETER", "unused")

package androidx.work

import android.content.Context
import java.util.concurrent.TimeUnit

class WorkerParameters

abstract class ListenableWorker(context: Context, parameters: WorkerParameters) {
    val applicationContext: Context get() = TODO()
    val tags: Set<String> get() = TODO()

    abstract class Result {
        companion object {
            @JvmStatic
            fun success(): Result = TODO()

            @JvmStatic
            fun retry(): Result = TODO()

            @JvmStatic
            fun failure(): Result = TODO()
        }
    }
}

abstract class Worker(context: Context, parameters: WorkerParameters) : ListenableWorker(context, parameters) {
    abstract fun doWork(): Result
}

enum class BackoffPolicy { EXPONENTIAL, LINEAR }

enum class ExistingWorkPolicy { REPLACE, KEEP, APPEND, APPEND_OR_REPLACE }

enum class ExistingPeriodicWorkPolicy { KEEP, UPDATE, CANCEL_AND_REENQUEUE }

enum class NetworkType { NOT_REQUIRED, CONNECTED }

enum class OutOfQuotaPolicy { RUN_AS_NON_EXPEDITED_WORK_REQUEST, DROP_WORK_REQUEST }

class Constraints private constructor() {
    class Builder {
        fun setRequiredNetworkType(type: NetworkType): Builder = TODO()
        fun build(): Constraints = TODO()
    }
}

abstract class WorkRequest {
    abstract class Builder<B : Builder<B, *>, W : WorkRequest> {
        fun setConstraints(constraints: Constraints): B = TODO()
        fun setBackoffCriteria(policy: BackoffPolicy, delay: Long, unit: TimeUnit): B = TODO()
        fun setExpedited(policy: OutOfQuotaPolicy): B = TODO()
        fun addTag(tag: String): B = TODO()
        fun build(): W = TODO()
    }
}

class OneTimeWorkRequest private constructor() : WorkRequest() {
    class Builder(worker: Class<out ListenableWorker>) : WorkRequest.Builder<Builder, OneTimeWorkRequest>()
}

class PeriodicWorkRequest private constructor() : WorkRequest() {
    class Builder(worker: Class<out ListenableWorker>, interval: Long, unit: TimeUnit) :
        WorkRequest.Builder<Builder, PeriodicWorkRequest>()
}

interface Operation

abstract class WorkManager {
    abstract fun enqueueUniqueWork(name: String, policy: ExistingWorkPolicy, work: OneTimeWorkRequest): Operation
    abstract fun enqueueUniquePeriodicWork(
        name: String,
        policy: ExistingPeriodicWorkPolicy,
        work: PeriodicWorkRequest,
    ): Operation
    abstract fun cancelUniqueWork(name: String): Operation

    companion object {
        @JvmStatic
        fun getInstance(context: Context): WorkManager = TODO()
    }
}
