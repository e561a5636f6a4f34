/** 23 November 2026, 10:45 UTC: the time that the fake's data is made for. */
export const NOW = Date.UTC(2026, 10, 23, 10, 45);
