// Stubs of the Android framework: signatures only.
package android.webkit

open class WebView
