// The app's own library, called without an activity: `silent_push::export_wake!` makes the other side.
package app.silentpush

import android.content.Context
import android.content.pm.PackageManager

/** What a wake came to. The numbers are the library's. */
internal enum class Answer(val number: Int) {
    NO_NEWS(0),
    NEWS(1),
    RETRY(2);

    companion object {
        fun of(number: Int): Answer = entries.firstOrNull { it.number == number } ?: RETRY
    }
}

internal object Native {
    /** The manifest names the library where it is not Tauri's usual one. */
    private const val LIBRARY = "app.silentpush.library"

    /** Blocks until the app has done what it does when it is woken, for no longer than the deadline. */
    @JvmStatic
    external fun wake(dataDir: String, isTimer: Boolean, payload: ByteArray, deadlineMillis: Long): Int

    /** Loads the library. In a process that an activity started it is loaded already, and this does nothing. */
    fun load(context: Context) {
        val info = context.packageManager.getApplicationInfo(context.packageName, PackageManager.GET_META_DATA)
        System.loadLibrary(info.metaData?.getString(LIBRARY) ?: "app_lib")
    }
}
