// Stubs of Android's JSON: signatures only.
@file:Suppress("UNUSED_PARAMETER", "unused")

package org.json

open class JSONObject() {
    constructor(text: String) : this()

    open fun put(name: String, value: Any?): JSONObject = TODO()

    companion object {
        @JvmField
        val NULL: Any = Any()
    }
}
