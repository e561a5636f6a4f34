// The push channel that the platform gave, kept until the app tells its server: it may come while no app is open.
package app.silentpush

import android.content.Context
import android.content.SharedPreferences
import org.json.JSONObject

internal class Channels(context: Context) {
    private val kept: SharedPreferences = context.getSharedPreferences("silent-push", Context.MODE_PRIVATE)

    fun keepFcm(token: String) =
        keep(JSONObject().put("platform", "fcm").put("channel", JSONObject().put("token", token)))

    fun keepWebPush(endpoint: String, p256dh: String, auth: String) = keep(
        JSONObject().put("platform", "web_push").put(
            "channel",
            JSONObject().put("endpoint", endpoint).put("p256dh", p256dh).put("auth", auth),
        ),
    )

    fun forget() {
        kept.edit().remove(CHANNEL).remove(FAILURE).commit()
        heard?.invoke()
    }

    fun failed(reason: String) {
        kept.edit().putString(FAILURE, reason).commit()
        heard?.invoke()
    }

    /** The channel, if there is one, and why the last registration failed, if it did. */
    fun read(): JSONObject = JSONObject()
        .put("channel", kept.getString(CHANNEL, null)?.let(::JSONObject) ?: JSONObject.NULL)
        .put("failure", kept.getString(FAILURE, null) ?: JSONObject.NULL)

    private fun keep(channel: JSONObject) {
        // On disk before the platform's call returns: the process may end then.
        kept.edit().putString(CHANNEL, channel.toString()).remove(FAILURE).commit()
        heard?.invoke()
    }

    companion object {
        private const val CHANNEL = "channel"
        private const val FAILURE = "failure"

        /** The app that is open in this process, if one is. */
        @Volatile
        var heard: (() -> Unit)? = null
    }
}
