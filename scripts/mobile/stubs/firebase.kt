// Stubs of Firebase: signatures only.
@file:Suppress("UNUSED_PARAMETER", "unused")

package com.google.firebase

import android.content.Context

class FirebaseApp {
    companion object {
        @JvmStatic
        fun getApps(context: Context): List<FirebaseApp> = TODO()
    }
}
