// Stubs of the Android framework: signatures only.
@file:Suppress("UNUSED_PARAMETER", "unused")

package android.content.pm

class ApplicationInfo {
    @JvmField
    var metaData: android.os.Bundle? = null
}

abstract class PackageManager {
    abstract fun getApplicationInfo(name: String, flags: Int): ApplicationInfo

    companion object {
        const val GET_META_DATA: Int = 128
    }
}
