// Stubs of Firebase Cloud Messaging: signatures only.
@file:Suppress("UNUSED_PARAMETER", "unused")

package com.google.firebase.messaging

import android.content.Context
import com.google.android.gms.tasks.Task
import java.io.File

class RemoteMessage {
    val data: Map<String, String> get() = TODO()
}

abstract class FirebaseMessagingService : android.app.Service() {
    override val noBackupFilesDir: File get() = TODO()
    override val dataDir: File get() = TODO()
    override val applicationContext: Context get() = TODO()
    override val packageName: String get() = TODO()
    override val packageManager: android.content.pm.PackageManager get() = TODO()
    override fun getSharedPreferences(name: String, mode: Int): android.content.SharedPreferences = TODO()

    open fun onMessageReceived(message: RemoteMessage) {}
    open fun onNewToken(token: String) {}
}

class FirebaseMessaging {
    val token: Task<String> get() = TODO()
    fun deleteToken(): Task<Void> = TODO()

    companion object {
        @JvmStatic
        fun getInstance(): FirebaseMessaging = TODO()
    }
}
