/** One line on stderr that says how far a run is; only on a terminal, and gone when the result is printed. */
export interface Progress {
  update(text: string): void;
  clear(): void;
}

/**
 * @param stream where to write; anything but a terminal stays untouched
 * @param env TERM=dumb has no way to rewrite a line
 */
export function progressOn(
  stream: { isTTY?: boolean; columns?: number; write(text: string): unknown },
  env: Record<string, string | undefined>,
): Progress {
  if (!stream.isTTY || env.TERM === 'dumb') return { update() {}, clear() {} };
  let shown = false;
  return {
    update(text) {
      shown = true;
      stream.write(`\r\x1b[K${text.slice(0, (stream.columns ?? 80) - 1)}`);
    },
    clear() {
      if (shown) stream.write('\r\x1b[K');
      shown = false;
    },
  };
}
