// Stubs of the Android framework: signatures only.
@file:Suppress("UNUSED_PARAMETER", "unused")

package android.content

import java.io.File

abstract class Context {
    abstract val noBackupFilesDir: File
    abstract val dataDir: File
    abstract val applicationContext: Context
    abstract val packageName: String
    abstract val packageManager: android.content.pm.PackageManager
    abstract fun getSharedPreferences(name: String, mode: Int): SharedPreferences

    companion object {
        const val MODE_PRIVATE: Int = 0
    }
}

interface SharedPreferences {
    fun getString(key: String, fallback: String?): String?
    fun edit(): Editor

    interface Editor {
        fun putString(key: String, value: String?): Editor
        fun remove(key: String): Editor
        fun commit(): Boolean
        fun apply()
    }
}
