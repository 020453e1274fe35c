import { hidesLines, type Obstacle } from '../boot/obstacles.ts';
import type { ServiceOff } from '../boot/service.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { BootInputs, ConfigFile, NodeFacts } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { type HostSystem, hostSystem } from '../systems/host-system.ts';
import { excerpt } from '../text/excerpt.ts';
import { quoted } from '../text/quoted.ts';

/** The systems whose files a person may edit on the node; elsewhere they come from something that would write them again. */
const EDITABLE: ReadonlySet<HostSystem> = new Set(['systemd', 'openrc', 'container']);

/**
 * The steps that take obstacles out of the way, each named once; commands where they can be typed. Lines are commented out, so that what
 * follows keeps its number and the decision can be read later.
 */
export function removals(obstacles: readonly Obstacle[], facts: NodeFacts, profile: ClusterProfile): string[] {
  const editable = EDITABLE.has(hostSystem(facts, profile));
  const byFile = Map.groupBy(obstacles, (one) => ('file' in one ? one.file : JSON.stringify(one)));
  const steps = [...byFile.values()].flatMap(([first, ...rest]): string[] => {
    if (!first) return [];
    if ('unit' in first) return switchOn(first);
    if ('commandLine' in first) return [offCommandLine(first.commandLine)];
    const lines = [first, ...rest].flatMap((one) => ('line' in one ? [one.line] : []));
    const command = editable ? commentOut(first.file, lines, facts.boot) : undefined;
    return command === undefined ? lines.map((line) => `Remove ${place({ file: first.file, line })}`) : [command];
  });
  return [...new Set(steps)];
}

function switchOn({ unit, how, words }: ServiceOff): string[] {
  if (how === 'in no runlevel') return [`rc-update add ${unit} boot`];
  if (how === 'absent') return [`Install the package of systemd that brings ${unit} again`];
  return words ? words.map(offCommandLine) : [`systemctl unmask ${unit}`];
}

function offCommandLine(word: string): string {
  return `Take ${excerpt(word)} off the kernel command line (boot loader)`;
}

/** Files of packages come back with the next update, and those in /run are made anew: one of the same name in /etc stands in for them. */
const NOT_OURS = /^\/(?:usr\/lib|lib|run)\/(sysctl\.d|modprobe\.d|modules-load\.d)\/([^/]+)$/;

function commentOut(path: string, lines: readonly number[], boot: BootInputs): string | undefined {
  const file = [boot.sysctl, boot.modprobe, boot.modulesLoad]
    .flatMap((files) => files ?? [])
    .find((one) => one.path === path);
  const at = file && whereItIs(file);
  const [, directory, name] = NOT_OURS.exec(path) ?? [];
  const script = [...new Set(lines)]
    .sort((a, b) => a - b)
    .map((line) => `${line}s/${hidesLines(textOf(file, line)) ? '.*/#' : '^/# '}/`)
    .join(';');
  const from = at === undefined ? undefined : quoted(at);
  if (from === undefined) return undefined;
  if (directory === undefined) return NOT_OURS.test(`${at}`) ? undefined : `sed -i '${script}' ${from}`;
  const to = quoted(`/etc/${directory}/${name}`);
  return to === undefined ? undefined : `sed '${script}' ${from} >${to}`;
}

function textOf(file: ConfigFile | undefined, line: number): string {
  return file?.lines.find(({ number }) => number === line)?.text ?? '';
}

/** sed would put a file in the place of a link. A link that leads through others is left to a person. */
function whereItIs({ path, target }: ConfigFile): string | undefined {
  if (target === undefined) return path;
  const parts = (target.startsWith('/') ? target : `${path.slice(0, path.lastIndexOf('/'))}/${target}`).split('/');
  const resolved: string[] = [];
  for (const part of parts) {
    if (part === '..') resolved.pop();
    else if (part !== '' && part !== '.') resolved.push(part);
  }
  return `/${resolved.join('/')}`;
}
