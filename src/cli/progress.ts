import { printable } from '../report/text.ts';
import { clip } from '../text/wrap.ts';
import { detectTerminal } from './terminal.ts';

/** One line on stderr that shows the progress of a run; only on a terminal, and cleared before the result is printed. */
export interface Progress {
  update(text: string): void;
  clear(): void;
  /** Hides the line until the returned function is called, so that something else can use the terminal. */
  yieldTo(): () => void;
}

/** What a terminal shows of Ctrl-C, behind the line: it must not break the line, of which only the last part could be cleared. */
const ECHO = '^C';
const LONGEST = 1000;

/** As much of a text as fits, without half a word at its end. */
function wholeWords(text: string, columns: number): string {
  const shown = clip(text, columns);
  const end = shown.lastIndexOf(' ');
  return shown === text || text[shown.length] === ' ' || end < 1 ? shown : shown.slice(0, end);
}

/**
 * @param stream where to write; nothing is written if it is not a terminal
 * @param env with TERM=dumb a line cannot be rewritten
 */
export function progressOn(
  stream: { isTTY?: boolean; columns?: number; write(text: string): unknown },
  env: Record<string, string | undefined>,
): Progress {
  if (!stream.isTTY || env.TERM === 'dumb') return { update() {}, clear() {}, yieldTo: () => () => {} };
  const { unicode } = detectTerminal(stream, env);
  let shown = false;
  let others = 0;
  let latest: string | undefined;
  let since = 0;
  let clock: NodeJS.Timeout | undefined;
  const show = (text: string) => {
    shown = true;
    const seconds = Math.floor((performance.now() - since) / 1000);
    const line = seconds === 0 ? text : `${seconds}s  ${text}`;
    const columns = (stream.columns || 80) - 1 - ECHO.length;
    // It may quote a kubelet's message, but must stay one line.
    stream.write(`\r\x1b[K${wholeWords(printable(line, LONGEST, unicode), columns)}`);
  };
  const hide = () => {
    if (shown) stream.write('\r\x1b[K');
    shown = false;
  };
  return {
    update(text) {
      if (clock === undefined) {
        since = performance.now();
        // Shows that the run is not stuck; does not keep the process alive.
        clock = setInterval(() => {
          if (others === 0 && latest !== undefined) show(latest);
        }, 1000).unref();
      }
      latest = text;
      if (others === 0) show(text);
    },
    clear() {
      latest = undefined;
      clearInterval(clock);
      clock = undefined;
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
