// Pushes of Firebase Cloud Messaging. Ten seconds, and no network: the wake is written down and a worker is asked for.
package app.silentpush

import com.google.firebase.messaging.FirebaseMessagingService
import com.google.firebase.messaging.RemoteMessage

class FcmService : FirebaseMessagingService() {
    override fun onMessageReceived(message: RemoteMessage) {
        PendingWakes(this).leave(message.data[WAKE].orEmpty().toByteArray())
        WakeWorker.follow(this)
    }

    override fun onNewToken(token: String) {
        Channels(this).keepFcm(token)
    }

    private companion object {
        /** The key of the data that a server of this plugin sends. */
        const val WAKE = "wake"
    }
}
