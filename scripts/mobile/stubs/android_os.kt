// Stubs of the Android framework: signatures only.
@file:Suppress("UNUSED_PARAMETER", "unused")

package android.os

class Bundle {
    fun getString(key: String): String? = TODO()
}

class Build {
    object VERSION {
        @JvmField
        val SDK_INT: Int = 0
    }

    object VERSION_CODES {
        const val S: Int = 31
    }
}
