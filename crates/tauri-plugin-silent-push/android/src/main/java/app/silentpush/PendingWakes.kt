// Wakes that wait to be followed, as files, so that one outlives the process that it started: in the first moments after
// a push Android may have no network yet, or end the process before it has done anything.
package app.silentpush

import android.content.Context
import java.io.File
import java.io.FileOutputStream
import java.util.UUID

internal class PendingWakes(context: Context) {
    private val folder = File(context.noBackupFilesDir, "silent-push/pending")

    /** Writes down a wake with what it carries. It is on disk when this returns. */
    fun leave(payload: ByteArray) {
        folder.mkdirs()
        val name = "%013d-%s".format(System.currentTimeMillis(), UUID.randomUUID())
        val beside = File(folder, "$name$UNFINISHED")
        FileOutputStream(beside).use {
            it.write(payload)
            it.fd.sync()
        }
        check(beside.renameTo(File(folder, name))) { "the wake can't be written down" }
    }

    /** The wakes that wait now, oldest first. One that comes later is not in the list and stays. */
    fun list(): List<File> =
        folder.listFiles().orEmpty().filter { !it.name.endsWith(UNFINISHED) }.sortedBy { it.name }

    /** Removes wakes that were followed. */
    fun followed(wakes: List<File>) = wakes.forEach { it.delete() }

    private companion object {
        const val UNFINISHED = ".new"
    }
}
