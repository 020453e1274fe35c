/** The time of every file in every archive: two builds of the same sources are the same bytes. */
export const EPOCH = new Date('2026-01-01T00:00:00Z');
