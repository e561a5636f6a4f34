/** A phone or tablet: there the system decides when an app runs, and asks before it may show notifications. */
export const isPhone = /Android|iPhone|iPad/.test(navigator.userAgent);
