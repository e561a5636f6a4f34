// Stubs of Tauri's Android library: signatures only.
@file:Suppress("UNUSED_PARAMETER", "unused")

package app.tauri.plugin

import android.app.Activity
import android.webkit.WebView
import org.json.JSONObject

class JSObject() : JSONObject() {
    constructor(text: String) : this()

    override fun put(name: String, value: Any?): JSObject = TODO()
}

class Channel {
    fun send(data: JSObject): Unit = TODO()
}

class Invoke {
    fun <T> parseArgs(type: Class<T>): T = TODO()
    fun resolve(data: JSObject): Unit = TODO()
    fun resolve(): Unit = TODO()
    fun reject(message: String, cause: Exception?): Unit = TODO()
}

open class Plugin(activity: Activity) {
    open fun load(webView: WebView) {}
}
