import type { BootInputs } from '../facts/facts.ts';
import { mergeDirectories, SYSTEMD_ORDER } from './config-directories.ts';

/** A line of a file of udev's rules, by what it means for a module and the sysctls that come with it. */
export interface UdevRule {
  readonly at: { readonly file: string; readonly line: number };
  readonly does:
    | 'set the sysctls of net.bridge again'
    /** It loads modules, and nothing else. */
    | 'run modprobe'
    | 'unknown';
  /** It may be followed when the module is not there yet. */
  readonly mayLoad: boolean;
}

/** Where udev looks for its rules: the directories above rules.d. */
export const UDEV_DIRECTORIES = SYSTEMD_ORDER.map((directory) => `${directory}/udev`);

/** The rules that name the module, of files that no other of the same name stands in for, and the files that were not read. */
export function udevRules(module: string, { mentions = [] }: BootInputs): { rules: UdevRule[]; unread: string[] } {
  const { read, unlisted } = mergeDirectories(mentions, UDEV_DIRECTORIES, '.rules');
  const partial = read.filter(({ kind, truncated }) => kind === 'unreadable' || truncated).map(({ path }) => path);
  const rules = read.flatMap(({ path, lines }) => {
    // What jumps over rules, or into them, is not simulated.
    const jumps = lines.some(({ text }) => /\bGOTO\b/.test(text));
    return lines
      .filter(({ text }) => normalized(text).includes(module))
      .map(({ number, text }) => rule({ file: path, line: number }, text, jumps, module));
  });
  return { rules, unread: [...unlisted, ...partial] };
}

/**
 * The rule by which EL7 has the files applied when the module bridge comes, and with it br_netfilter, or shortly before: whether that finds
 * the sysctls of net.bridge is open. Since release 252 of systemd a prefix with /proc/sys in it (measured there) finds none.
 * @param systemd the oldest release that the node may have
 */
export function ruleOnBridge({ mentions = [] }: BootInputs, systemd: number): UdevRule['at'] | undefined {
  for (const { path, lines } of mergeDirectories(mentions, UDEV_DIRECTORIES, '.rules').read) {
    for (const { number, text } of lines) {
      const run = /KERNEL=="bridge".*RUN[^"]*"[^"]*systemd-sysctl([^"]*)"/.exec(text)?.[1];
      if (run === undefined || (/--prefix=\/?proc\//.test(run) && systemd >= 252)) continue;
      return { file: path, line: number };
    }
  }
  return undefined;
}

const TOKEN = /\s*([A-Z]+(?:\{[^}]*\})?)\s*(==|!=|\+=|:=|=)\s*"([^"]*)"\s*,?/y;

function rule(at: UdevRule['at'], text: string, jumps: boolean, module: string): UdevRule {
  const tokens = tokensOf(text);
  if (!tokens) return { at, does: 'unknown', mayLoad: true };
  const matches = tokens.filter(([, operator]) => /^[=!]=$/.test(operator));
  const runs = tokens.filter(([key]) => /^RUN(?:\{(?:program|builtin)\})?$/.test(key)).map(([, , command]) => command);
  const forModule = matches.some(
    ([key, operator, value]) => key === 'KERNEL' && operator === '==' && normalized(value) === module,
  );
  const onlyRuns = tokens.length === matches.length + runs.length && !jumps;
  const own = { at, mayLoad: !forModule || runs.some((command) => normalized(command).includes(module)) };
  if (runs.length > 0 && onlyRuns && runs.every(isModprobe)) return { ...own, does: 'run modprobe' };
  const reapplies = runs.length > 0 && onlyRuns && forModule && matches.every(isOfModule) && runs.every(setsBridge);
  return { ...own, does: reapplies ? 'set the sysctls of net.bridge again' : 'unknown' };
}

/** The rule's words: key, operator, value; undefined: it has something else. */
function tokensOf(text: string): [key: string, operator: string, value: string][] | undefined {
  const tokens: [string, string, string][] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; text.slice(at).trim() !== ''; at = TOKEN.lastIndex) {
    const [, key, operator, value] = TOKEN.exec(text) ?? [];
    if (key === undefined || operator === undefined || value === undefined) return undefined;
    tokens.push([key, operator, value]);
  }
  return tokens;
}

/** The matches of the rule that sysctl.d(5) shows; a module that comes is added. */
function isOfModule([key, operator, value]: [string, string, string]): boolean {
  if (operator !== '==') return false;
  return key === 'KERNEL' || (key === 'SUBSYSTEM' && value === 'module') || (key === 'ACTION' && value === 'add');
}

function setsBridge(command: string): boolean {
  return /^(?:\/\S*\/)?systemd-sysctl(?:\s+--prefix=\/?net(?:[/.]bridge)?\/?)*\s*$/.test(command);
}

function isModprobe(command: string): boolean {
  return /^(?:\/\S*\/)?modprobe(?:\s+[\w./-]+)+\s*$|^kmod load(?:\s+[\w-]+)+\s*$/.test(command);
}

function normalized(text: string): string {
  return text.replaceAll('-', '_');
}
