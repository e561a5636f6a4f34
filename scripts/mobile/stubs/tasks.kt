// Stubs of Google's tasks: signatures only.
@file:Suppress("UNUSED_PARAMETER", "unused")

package com.google.android.gms.tasks

fun interface OnCompleteListener<T> {
    fun onComplete(task: Task<T>)
}

abstract class Task<T> {
    abstract val isSuccessful: Boolean
    abstract val result: T
    abstract val exception: Exception?
    abstract fun addOnCompleteListener(listener: OnCompleteListener<T>): Task<T>
}
