/** A simple command of a shell script. */
export interface ShellCommand {
  /** Its words, without quotes; one that a shell would still expand has its `$`. */
  readonly words: readonly string[];
  /** What its output is written to. */
  readonly output?: string;
  /** The words of the command that it reads from, by a pipe. */
  readonly from?: readonly string[];
  /** The number of the line that it begins on. */
  readonly line: number;
  /** Whoever runs the script runs it, as far as commands before it do not fail. */
  readonly certain: boolean;
}

interface Line {
  readonly number: number;
  readonly text: string;
}

const OPENS = new Set(['if', 'for', 'while', 'until', 'case', 'select', '{', '(']);
const CLOSES = new Set(['fi', 'done', 'esac', '}', ')']);
const WITHIN = new Set(['then', 'do', 'else', 'elif', '!', 'in']);
const ENDS = new Set(['exit', 'return', 'exec']);

/**
 * The commands of a shell script, as far as they are simple. One inside of a condition, a loop or a function, behind `||` or `&&`, or
 * behind an `exit` that may be reached, is not certain to run. It errs on the side of what is not certain.
 */
export function shellCommands(lines: readonly Line[]): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let depth = 0;
  let ended = false;
  for (const { number, text } of withoutDocuments(joined(lines))) {
    let before: Part | undefined;
    for (const part of partsOf(text)) {
      const { output } = part;
      const rest = [...part.words];
      while (rest[0] !== undefined && (OPENS.has(rest[0]) || CLOSES.has(rest[0]) || WITHIN.has(rest[0]))) {
        if (OPENS.has(rest[0])) depth++;
        if (CLOSES.has(rest[0])) depth = Math.max(0, depth - 1);
        rest.shift();
      }
      // `name()` or `function name` begins a function.
      if (rest[0] === 'function' || /^[\w-]+\(\)$/.test(rest[0] ?? '') || (rest[1] === '()' && rest.length <= 3)) {
        if (rest.at(-1) === '{') depth++;
        else ended = true;
        before = part;
        continue;
      }
      if (rest.at(-1) === '{') depth++;
      const [name] = rest;
      const certain = depth === 0 && !ended && !depends(before, { words: rest, output });
      if (name !== undefined) {
        const from = before?.separator === '|' ? { from: before.words } : {};
        commands.push({ words: rest, ...(output !== undefined && { output }), ...from, line: number, certain });
      }
      if (name !== undefined && ENDS.has(name) && !(name === 'exec' && rest.length === 1)) ended = true;
      before = part;
    }
  }
  return commands;
}

/** That these fail is not expected, so that what stands behind `&&` follows. */
const SUCCEEDS = /^(?:\/\S*\/)?(?:modprobe|sysctl|echo|printf|sleep|swapoff|mount|setenforce|mkdir|true|:)$/;

/** These look or say something, and change nothing. */
export const READS = /^(?:\/\S*\/)?(?:\[\[?|test|cat|echo|e?grep|head|ls|lsmod|modinfo|printf|stat)$/;

/** Whether it is open that a command is run, or that what it is to bring about is so without it. */
function depends(part: Part | undefined, next: Pick<ShellCommand, 'words'> & { output: string | undefined }): boolean {
  if (part?.separator === '&&') return !SUCCEEDS.test(part.words[0] ?? '');
  return part?.separator === '||' && !asksFor(part, next.output ?? next.words.at(-1) ?? '');
}

/** `lsmod | grep -q x || modprobe x`, `[ "$(cat /proc/sys/x)" = 1 ] || sysctl -w x=1`: it comes to the same whether the latter is run. */
function asksFor({ words }: Part, target: string): boolean {
  const plain = (word: string) => word.replaceAll('-', '_').replaceAll('.', '/').replace('/proc/sys/', '');
  const name = plain(target).replace(/=.*/s, '');
  const asked = plain(words.join(' '));
  const shown = name === 'br_netfilter' && asked.includes('net/bridge');
  return READS.test(words[0] ?? '') && name.length > 1 && (asked.includes(name) || shown);
}

/** Lines that a backslash continues, at the number of the first. */
function joined(lines: readonly Line[]): Line[] {
  const whole: Line[] = [];
  let open = false;
  for (const { number, text } of lines) {
    const last = whole.at(-1);
    const continued = /(?:^|[^\\])(?:\\\\)*\\$/.test(text);
    const part = continued ? text.slice(0, -1) : text;
    if (open && last) whole[whole.length - 1] = { number: last.number, text: last.text + part };
    else whole.push({ number, text: part });
    open = continued;
  }
  return whole;
}

/** Without the texts of here-documents, which are no commands. */
function withoutDocuments(lines: readonly Line[]): Line[] {
  const kept: Line[] = [];
  let end: string | undefined;
  for (const line of lines) {
    if (end !== undefined) {
      if (line.text.trim() === end) end = undefined;
      continue;
    }
    kept.push(line);
    end = /<<-?\s*(['"]?)([\w.-]+)\1/.exec(line.text)?.[2];
  }
  return kept;
}

interface Part {
  words: string[];
  output?: string;
  separator?: string;
}

const TOKEN =
  /\s*(?:(#.*)|(\d?>>?&?|<<?-?|&>>?)|(\|\||&&|;;?|\||&)|((?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\;&|<>])+)|(.))/gy;

/** The simple commands of a line, each with what separates it from the next. */
function partsOf(text: string): Part[] {
  const parts: Part[] = [{ words: [] }];
  let target: 'word' | 'output' | 'none' = 'word';
  for (const [, comment, redirection, separator, word] of text.matchAll(TOKEN)) {
    const part = parts.at(-1);
    if (!part || comment !== undefined) break;
    if (redirection !== undefined) target = /^1?>>?$|^&>>?$/.test(redirection) ? 'output' : 'none';
    else if (separator !== undefined) {
      // The left side of a pipe runs, whatever becomes of it; so does the right one.
      part.separator = separator;
      parts.push({ words: [] });
      target = 'word';
    } else if (word !== undefined) {
      const plain = unquoted(word);
      if (target === 'word') part.words.push(plain);
      if (target === 'output') part.output = plain;
      target = 'word';
    }
  }
  return parts.filter(({ words }) => words.length > 0);
}

/** A word as a shell hands it on, but for what it would expand. */
function unquoted(word: string): string {
  return word.replaceAll(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs,
    (_, single, double, escaped) =>
      single ?? (double === undefined ? escaped : double.replaceAll(/\\(["\\$`])/g, '$1')),
  );
}
