/** Formats of a check for people and for programs. Apart from the renderers, so that --help need not load them. */
export const SHOWN = ['table', 'wide', 'json', 'yaml', 'name'] as const;
/** Those that other programs show to people, of continuous integration mostly. */
const EXCHANGED = ['junit', 'markdown', 'sarif'] as const;
/** What -o of check accepts. */
export const FORMATS = [...SHOWN, ...EXCHANGED] as const;
export type Format = (typeof SHOWN)[number];
export type ExchangeFormat = (typeof EXCHANGED)[number];

export function isExchangeFormat(format: Format | ExchangeFormat): format is ExchangeFormat {
  return (EXCHANGED as readonly string[]).includes(format);
}

/** What -o of fix and undo accepts. */
export const FIX_FORMATS = ['table', 'json', 'yaml', 'name'] as const;
export type FixFormat = (typeof FIX_FORMATS)[number];
