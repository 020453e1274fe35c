/** One line on stderr that says how far a run is; only on a terminal, and gone when the result is printed. */
export interface Progress {
  update(text: string): void;
  clear(): void;
  /** Leaves the terminal to somebody else until what it returns is called: nothing is shown meanwhile. */
  yieldTo(): () => void;
}

/**
 * @param stream where to write; anything but a terminal stays untouched
 * @param env TERM=dumb has no way to rewrite a line
 */
export function progressOn(
  stream: { isTTY?: boolean; columns?: number; write(text: string): unknown },
  env: Record<string, string | undefined>,
): Progress {
  if (!stream.isTTY || env.TERM === 'dumb') return { update() {}, clear() {}, yieldTo: () => () => {} };
  let shown = false;
  let others = 0;
  let latest: string | undefined;
  const show = (text: string) => {
    shown = true;
    stream.write(`\r\x1b[K${text.slice(0, (stream.columns || 80) - 1)}`);
  };
  const hide = () => {
    if (shown) stream.write('\r\x1b[K');
    shown = false;
  };
  return {
    update(text) {
      latest = text;
      if (others === 0) show(text);
    },
    clear() {
      latest = undefined;
      hide();
    },
    yieldTo() {
      others++;
      hide();
      return () => {
        others--;
        if (others === 0 && latest !== undefined) show(latest);
      };
    },
  };
}
