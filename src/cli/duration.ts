const UNIT_SECONDS: Record<string, number> = { ns: 1e-9, us: 1e-6, µs: 1e-6, μs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
/** Go counts nanoseconds in 63 bits. */
const LONGEST_SECONDS = 2 ** 63 / 1e9;

/**
 * Parses a duration in Go's syntax (`1m30s`, `500ms`, `-1s`, `0`), which kubectl's flags use.
 * A bare integer means seconds, as in kubectl's --request-timeout.
 * @returns seconds; undefined if the text is not a duration
 */
export function parseDuration(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^[-+]?((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    seconds += Number(amount) * (UNIT_SECONDS[unit ?? ''] ?? Number.NaN);
  }
  if (seconds > LONGEST_SECONDS) return undefined;
  return text.startsWith('-') ? -seconds : seconds;
}
