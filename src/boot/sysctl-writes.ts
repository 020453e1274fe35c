import type { BootInputs, ConfigFile } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { mergeDirectories } from './config-directories.ts';
import { isOfLinks, setByProgram } from './program-files.ts';
import { applyProcps } from './sysctl-apply.ts';
import type { Kernel } from './sysctl-kernel.ts';
import { type Place, procpsLine, type Setting, type Step, stepsOf, systemdLine } from './sysctl-lines.ts';
import { run } from './sysctl-programs.ts';
import { UDEV_DIRECTORIES } from './udev-rules.ts';
import { unitCommands } from './unit-commands.ts';
import { unitFile } from './unit-files.ts';

/** What a command of a unit or a script sets, or what a file has a program set that is not simulated further. */
export interface SysctlWrite {
  readonly at: Place;
  /** Every boot does it. */
  readonly sure: boolean;
  /** It may come before the service that sets the sysctls. */
  readonly early: boolean;
  /** By a program that does it for each link that comes, however late. */
  readonly ofLinks?: true;
  readonly does:
    | { readonly steps: readonly Step[] }
    /** sysctl --system. */
    | 'system'
    /** It sets those that it names, to what cannot be told. */
    | { readonly unclear: string };
}

/** What sets sysctls at a boot besides the files of sysctl.d, in the order in which it was found. */
export function sysctlWrites(boot: BootInputs): SysctlWrite[] {
  const { commands } = unitCommands(boot);
  const byUnits = commands.flatMap(({ at, command, text, sure, when, asks }): SysctlWrite[] => {
    const own = { at, sure, early: when === 'some-time' };
    if (command.does === 'set')
      return [{ ...own, does: { steps: command.settings.map((one) => ({ ...one, ...at })) } }];
    if (command.does === 'apply') {
      if (command.files.length === 0) return [{ ...own, does: 'system' }];
      const steps = command.files.flatMap((path) => fileOf(path, boot).flatMap((file) => stepsOf(file, procpsLine)));
      return steps.length > 0 ? [{ ...own, does: { steps } }] : [];
    }
    const unclear = command.does === 'else' && !asks && /net[./]/.test(text) && writes(text);
    return unclear ? [{ ...own, sure: false, does: { unclear: text } }] : [];
  });
  const mentions = boot.mentions ?? [];
  return [...byUnits, ...mentions.flatMap(hintsOf), ...hintsOfUdev(mentions)];
}

/** What only reads a sysctl (`cat`, `grep`, a test) does no harm. */
function writes(text: string): boolean {
  return /sysctl|>|\btee\b|=/.test(text) && !/^\s*(?:if|elif|while|until|\[|test|grep|cat)\b[^>]*$/.test(text);
}

function fileOf(path: string, { sysctl = [], mentions = [] }: BootInputs): ConfigFile[] {
  return [...sysctl, ...mentions].filter((file) => file.path === path).slice(0, 1);
}

/** Files of other programs (ifupdown, NetworkManager's dispatcher, cron, tuned, wicked, ufw, systemd-networkd): whether they count is open. */
function hintsOf(file: ConfigFile): SysctlWrite[] {
  const { path, executable, lines } = file;
  if (executable !== undefined || unitFile(path) || isOfUdev(path)) return [];
  return lines.flatMap(({ number, text }): SysctlWrite[] => {
    const at = { file: path, line: number };
    const hint = (does: SysctlWrite['does']): SysctlWrite[] => [{ at, sure: false, early: false, does }];
    const byProgram = setByProgram(file, text);
    if (byProgram) {
      const ofLinks = isOfLinks(file) ? { ofLinks: true as const } : {};
      return byProgram
        .flatMap((setting) => hint({ steps: [{ ...setting, ...at }] }))
        .map((one) => ({ ...one, ...ofLinks }));
    }
    const plain = systemdLine(ofInterface(path, text));
    if (plain?.value !== undefined && /^net\//.test(plain.path)) return hint({ steps: [{ ...plain, ...at }] });
    const found = assigned(text);
    if (found) return hint({ steps: [{ ...found, ...at }] });
    return /net[./]/.test(text) ? hint({ unclear: text }) : [];
  });
}

/** Commands of udev's rules, for each link or device that comes; those about net.bridge are judged with the module (udev-rules.ts). */
function hintsOfUdev(mentions: readonly ConfigFile[]): SysctlWrite[] {
  const { read } = mergeDirectories(mentions, UDEV_DIRECTORIES, '.rules');
  return read.flatMap(({ path, lines }) =>
    lines.flatMap(({ number, text }): SysctlWrite[] => {
      const at = { file: path, line: number };
      const found = /\bRUN\b/.test(text) ? assigned(text) : undefined;
      if (!found || !/^net\/ipv[46]\//.test(found.path)) return [];
      return [{ at, sure: false, early: false, ofLinks: true, does: { steps: [{ ...found, ...at }] } }];
    }),
  );
}

const isOfUdev = (path: string) => path.includes('/udev/rules.d/');

/** wicked puts the interface's name into its files: ifsysctl-eth0 is of eth0, ifsysctl of all. */
function ofInterface(path: string, text: string): string {
  const [, name] = /\/ifsysctl(?:-(.+))?$/.exec(path) ?? [];
  return path.includes('/ifsysctl') ? text.replaceAll(/\$\{?INTERFACE\}?/g, name ?? '*') : text;
}

/** `… sysctl -w KEY=VALUE`, `… echo VALUE > /proc/sys/PATH` on a line of another language. */
function assigned(text: string): Omit<Setting, keyof Place> | undefined {
  const [, word] = /\bsysctl\s+(?:-\w+\s+)*["']?([\w./*-]+=["']?[\w.-]+)/.exec(text) ?? [];
  const line = word === undefined ? undefined : procpsLine(word.replaceAll(/["']/g, ''));
  if (line && !('gap' in line)) return line;
  const [, value, path] = /\becho\s+["']?(\w+)["']?\s*>\s*["']?\/proc\/sys\/([\w./*-]+)/.exec(text) ?? [];
  return value === undefined || path === undefined ? undefined : { path, value };
}

/** Has a write done; what it comes to for the lines of a report is among the settings that it returns. */
export function carryOut(
  { at, does }: SysctlWrite,
  kernel: Kernel,
  files: readonly ConfigFile[] | undefined,
): readonly Setting[] {
  if (does === 'system') {
    run('newest procps', kernel, files);
    return [];
  }
  if ('steps' in does) {
    applyProcps(kernel, does.steps, 'all');
    return does.steps.filter((step): step is Setting => !('gap' in step));
  }
  const text = does.unclear.replaceAll('.', '/');
  for (const key of kernel.keys()) {
    const named = kernel.universe.sysctls.get(key)?.paths.some((path) => text.includes(path.replaceAll('.', '/')));
    if (named) kernel.set(key, { value: undefined, because: `what ${place(at)} sets is not simulated` });
  }
  return [];
}
