/** What -o of check accepts. Apart from the renderers, so that --help need not load them. */
export const FORMATS = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type Format = (typeof FORMATS)[number];

/** What -o of fix and undo accepts. */
export const FIX_FORMATS = ['table', 'json', 'yaml', 'name'] as const;
export type FixFormat = (typeof FIX_FORMATS)[number];
