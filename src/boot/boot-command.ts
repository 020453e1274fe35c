import { normalizeName } from './modprobe-config.ts';
import type { ShellCommand } from './shell-script.ts';
import { READS, shellCommands } from './shell-script.ts';
import { procpsLine } from './sysctl-lines.ts';

/** What a plain modprobe command loads. */
interface ModprobeCommand {
  readonly modules: readonly string[];
  /** -b: it honours the blacklist. */
  readonly denylist: boolean;
}

/** What a command means for the modules and sysctls of a node. */
export type BootCommand =
  | ({ readonly does: 'modprobe' } & ModprobeCommand)
  /** Sets sysctls: paths below /proc/sys, with values as they are written. */
  | { readonly does: 'set'; readonly settings: readonly { readonly path: string; readonly value: string }[] }
  /** `sysctl -p FILE…`; `sysctl --system` where there are no files. */
  | { readonly does: 'apply'; readonly files: readonly string[] }
  /** Runs other commands. */
  | { readonly does: 'shell'; readonly commands: readonly ShellCommand[] }
  /** Runs a file; `directly`: it must be executable. */
  | { readonly does: 'run'; readonly file: string; readonly directly: boolean }
  /** Nothing that is known; `looks`: it reads or says something, and changes nothing. */
  | { readonly does: 'else'; readonly looks?: true };

const PREFIXES = new Set(['sudo', 'env', 'nohup', 'exec', 'command', 'time']);
const SHELLS = /^(?:\/\S*\/)?(?:ba|da|k|z|a)?sh$/;

const ASSIGNMENT = /^[A-Za-z_]\w*=(?!\$\(|`)/;

/** What a simple command does. */
export function commandOf({ words, output, from, ...own }: ShellCommand): BootCommand {
  const [first = '', ...rest] = words;
  const name = first.slice(first.lastIndexOf('/') + 1);
  if ((PREFIXES.has(name) || ASSIGNMENT.test(first)) && rest.length > 0) {
    return commandOf({ words: rest, ...(output !== undefined && { output }), ...(from && { from }), ...own });
  }
  const written = /^\/proc\/sys\/(.+)$/.exec(output ?? '')?.[1];
  if (written !== undefined) return setting(written, echoed(words));
  if (name === 'tee') {
    const path = rest.flatMap((word) => /^\/proc\/sys\/(.+)$/.exec(word)?.[1] ?? [])[0];
    if (path !== undefined) return setting(path, from && echoed(from));
  }
  if (name === 'modprobe') {
    const command = modprobeWords(rest);
    return command ? { does: 'modprobe', ...command } : { does: 'else' };
  }
  if (name === 'sysctl') return sysctlCommand(rest);
  if (SHELLS.test(first)) return shell(rest);
  if (first === '.' || first === 'source') return run(rest[0], false);
  if (onlyLooks(words, output)) return { does: 'else', looks: true };
  return run(first, true);
}

/** Commands without an effect, but for what a shell runs within them. */
function onlyLooks(words: readonly string[], output: string | undefined): boolean {
  if (output !== undefined && !/^\/dev\/(?:null|stdout|stderr)$/.test(output)) return false;
  if (/^\w+=\$\((?:\/\S*\/)?(?:cat|sysctl)(?: -\w+)* [\w./*-]+\)$/.test(words.join(' '))) return true;
  return READS.test(words[0] ?? '') && !words.some((word) => /(?:\$\(|`)[^)]*(?:modprobe|=|>|\btee\b)/.test(word));
}

function run(file: string | undefined, directly: boolean): BootCommand {
  return file?.startsWith('/') ? { does: 'run', file, directly } : { does: 'else' };
}

function shell(words: readonly string[]): BootCommand {
  const at = words.findIndex((word) => !/^[-+]/.test(word));
  const [word] = words.slice(at);
  if (at === -1 || word === undefined) return { does: 'else' };
  if (!words.slice(0, at).some((flag) => /^-\w*c/.test(flag))) return run(word, false);
  return { does: 'shell', commands: shellCommands([{ number: 0, text: word }]) };
}

/** What `echo` prints; undefined: it is not known. */
function echoed([name = '', ...words]: readonly string[]): string | undefined {
  if (!/^(?:\/\S*\/)?(?:echo|printf)$/.test(name)) return undefined;
  const text = words.filter((word) => !/^-[neE]+$/.test(word)).join(' ');
  return /[$`%]/.test(text) ? undefined : text.replace(/\\n$/, '');
}

function setting(path: string, value: string | undefined): BootCommand {
  return value === undefined || /[$`]/.test(path) ? { does: 'else' } : { does: 'set', settings: [{ path, value }] };
}

function sysctlCommand(words: readonly string[]): BootCommand {
  const settings: { path: string; value: string }[] = [];
  const files: string[] = [];
  let applies: 'files' | 'system' | undefined;
  for (const word of words) {
    if (word === '--system') applies = 'system';
    else if (/^--load(?:=|$)/.test(word)) {
      applies = 'files';
      if (word.includes('=')) files.push(word.slice('--load='.length));
    } else if (/^-\w*[pf]/.test(word)) applies = 'files';
    else if (/^-/.test(word)) continue;
    else if (applies === 'files') files.push(word);
    else {
      const line = word.includes('$') ? undefined : procpsLine(word);
      if (!line || 'gap' in line || line.value === undefined)
        return words.some((each) => /[=$`]/.test(each)) ? { does: 'else' } : { does: 'else', looks: true };
      settings.push({ path: line.path, value: line.value });
    }
  }
  if (applies === 'system') return { does: 'apply', files: [] };
  if (applies === 'files') return { does: 'apply', files: files.length > 0 ? files : ['/etc/sysctl.conf'] };
  return settings.length > 0 ? { does: 'set', settings } : { does: 'else' };
}

const FLAG = /^(?:-[abqsv]+|--(?:all|use-blacklist|quiet|syslog|verbose)?)$/;

/**
 * Reads the words behind modprobe; undefined: they are none that are followed. Without -a only the first name is one, what follows are its
 * parameters.
 */
function modprobeWords(words: readonly string[]): ModprobeCommand | undefined {
  if (words.length === 0 || !words.every((word) => /^[\w./=-]+$/.test(word))) return undefined;
  const flags = words.filter((word) => word.startsWith('-'));
  const operands = words.filter((word) => !word.startsWith('-')).flatMap((word) => normalizeName(word) ?? []);
  if (!flags.every((flag) => FLAG.test(flag))) return undefined;
  const has = (letter: string, word: string) =>
    flags.some((flag) => flag === word || new RegExp(`^-[a-z]*${letter}`).test(flag));
  return { modules: has('a', '--all') ? operands : operands.slice(0, 1), denylist: has('b', '--use-blacklist') };
}
