// Stubs of the Android framework: signatures only.
package android.app

abstract class Activity : android.content.Context()

abstract class Service : android.content.Context()
