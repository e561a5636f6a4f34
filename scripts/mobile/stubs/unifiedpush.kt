// Stubs of the UnifiedPush connector 3.0: signatures only.
@file:Suppress("UNUSED_PARAMETER", "unused")

package org.unifiedpush.android.connector

import android.content.Context
import java.io.File
import org.unifiedpush.android.connector.data.PushEndpoint
import org.unifiedpush.android.connector.data.PushMessage

enum class FailedReason { INTERNAL_ERROR, NETWORK, ACTION_REQUIRED, VAPID_REQUIRED }

abstract class PushService : android.app.Service() {
    override val noBackupFilesDir: File get() = TODO()
    override val dataDir: File get() = TODO()
    override val applicationContext: Context get() = TODO()
    override val packageName: String get() = TODO()
    override val packageManager: android.content.pm.PackageManager get() = TODO()
    override fun getSharedPreferences(name: String, mode: Int): android.content.SharedPreferences = TODO()

    abstract fun onMessage(message: PushMessage, instance: String)
    abstract fun onNewEndpoint(endpoint: PushEndpoint, instance: String)
    abstract fun onRegistrationFailed(reason: FailedReason, instance: String)
    abstract fun onUnregistered(instance: String)
}

object UnifiedPush {
    @JvmStatic
    fun getDistributors(context: Context): List<String> = TODO()

    @JvmStatic
    fun saveDistributor(context: Context, distributor: String): Unit = TODO()

    @JvmStatic
    fun register(context: Context, instance: String, messageForDistributor: String?, vapid: String?): Unit = TODO()

    @JvmStatic
    fun unregister(context: Context, instance: String): Unit = TODO()
}
