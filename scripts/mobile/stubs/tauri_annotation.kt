// Stubs of Tauri's Android library: signatures only.
package app.tauri.annotation

annotation class TauriPlugin

annotation class Command

annotation class InvokeArg
