// Pushes of UnifiedPush. The connector decrypts them: its keys never leave the device.
package app.silentpush

import org.unifiedpush.android.connector.FailedReason
import org.unifiedpush.android.connector.PushService
import org.unifiedpush.android.connector.data.PushEndpoint
import org.unifiedpush.android.connector.data.PushMessage

class UnifiedPushService : PushService() {
    override fun onMessage(message: PushMessage, instance: String) {
        // Anybody who knows the endpoint can post to it; only the server can encrypt.
        if (!message.decrypted) return
        PendingWakes(this).leave(message.content)
        WakeWorker.follow(this)
    }

    override fun onNewEndpoint(endpoint: PushEndpoint, instance: String) {
        val keys = endpoint.pubKeySet ?: return
        Channels(this).keepWebPush(endpoint.url, keys.pubKey, keys.auth)
    }

    override fun onRegistrationFailed(reason: FailedReason, instance: String) {
        Channels(this).failed(reason.toString())
    }

    override fun onUnregistered(instance: String) {
        Channels(this).forget()
    }
}
