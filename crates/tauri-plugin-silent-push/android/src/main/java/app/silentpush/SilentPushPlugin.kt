// The part that an open app talks to: registering, and hearing that the channel has changed.
package app.silentpush

import android.app.Activity
import android.webkit.WebView
import app.tauri.annotation.Command
import app.tauri.annotation.InvokeArg
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Channel
import app.tauri.plugin.Invoke
import app.tauri.plugin.JSObject
import app.tauri.plugin.Plugin
import com.google.firebase.FirebaseApp
import com.google.firebase.messaging.FirebaseMessaging
import org.unifiedpush.android.connector.UnifiedPush

@InvokeArg
internal class RegisterArgs {
    /** The server's public key, for UnifiedPush. */
    var vapid: String? = null

    /** For the person who looks at the distributor's list. */
    var description: String? = null
}

@InvokeArg
internal class ListenArgs {
    lateinit var channel: Channel
}

@TauriPlugin
class SilentPushPlugin(private val activity: Activity) : Plugin(activity) {
    override fun load(webView: WebView) {
        // A wake that a process before this one did not get to follow.
        if (PendingWakes(activity).list().isNotEmpty()) WakeWorker.follow(activity)
    }

    @Command
    fun listen(invoke: Invoke) {
        val channel = invoke.parseArgs(ListenArgs::class.java).channel
        val tell = { channel.send(state()) }
        Channels.heard = tell
        tell()
        invoke.resolve()
    }

    /** With the distributor that the person uses, if there is one; else with Firebase, if the app was built with it. */
    @Command
    fun register(invoke: Invoke) {
        val args = invoke.parseArgs(RegisterArgs::class.java)
        WakeWorker.keepNet(activity)
        val distributor = UnifiedPush.getDistributors(activity).firstOrNull()
        when {
            distributor != null -> {
                UnifiedPush.saveDistributor(activity, distributor)
                UnifiedPush.register(activity, INSTANCE, args.description, args.vapid)
                invoke.resolve(JSObject().put("by", "unified_push"))
            }
            FirebaseApp.getApps(activity).isNotEmpty() ->
                FirebaseMessaging.getInstance().token.addOnCompleteListener { task ->
                    if (task.isSuccessful) {
                        Channels(activity).keepFcm(task.result)
                        invoke.resolve(JSObject().put("by", "fcm"))
                    } else {
                        invoke.reject("Firebase gave no token", task.exception)
                    }
                }
            // Only the net is left: the app syncs every quarter of an hour.
            else -> invoke.resolve(JSObject().put("by", "timer"))
        }
    }

    @Command
    fun unregister(invoke: Invoke) {
        WakeWorker.dropNet(activity)
        UnifiedPush.unregister(activity, INSTANCE)
        if (FirebaseApp.getApps(activity).isNotEmpty()) FirebaseMessaging.getInstance().deleteToken()
        Channels(activity).forget()
        invoke.resolve()
    }

    private fun state(): JSObject = JSObject(Channels(activity).read().toString())

    private companion object {
        const val INSTANCE = "default"
    }
}
