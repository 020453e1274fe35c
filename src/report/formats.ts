/** Formats of a check for people and for programs. In a file of their own, so that --help need not load the renderers. */
export const SHOWN = ['table', 'wide', 'json', 'yaml', 'name'] as const;
/** Formats that other programs show to people, mostly in continuous integration. */
const EXCHANGED = ['junit', 'markdown', 'sarif'] as const;
/** The values of check's -o. */
export const FORMATS = [...SHOWN, ...EXCHANGED] as const;
export type Format = (typeof SHOWN)[number];
export type ExchangeFormat = (typeof EXCHANGED)[number];

export function isExchangeFormat(format: Format | ExchangeFormat): format is ExchangeFormat {
  return (EXCHANGED as readonly string[]).includes(format);
}

/** The values of fix's and undo's -o. */
export const FIX_FORMATS = ['table', 'json', 'yaml', 'name'] as const;
export type FixFormat = (typeof FIX_FORMATS)[number];
