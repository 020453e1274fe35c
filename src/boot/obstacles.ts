import type { BootInputs, ConfigFile } from '../facts/facts.ts';
import type { Origin } from '../facts/origin.ts';
import { parseCommandLine } from './command-line.ts';
import type { ServiceOff } from './service.ts';

/** What keeps something from coming right at the boot: a line of a file, a word of the kernel's command line, a service that is off. */
export type Obstacle = Origin | ServiceOff;

/** What keeps something from coming right at the boot. */
export interface Blockers {
  /** What has to go, in the order in which it was met; as far as is known, where nothing helps. */
  obstacles: readonly Obstacle[];
  /** Whether a line of one's own is needed besides. */
  ownLine: boolean;
}

/** More than that is no configuration but a riddle, and nobody reads so many steps. */
const LIMIT = 16;

interface Boot<B> {
  without(obstacles: readonly Obstacle[]): B | undefined;
}

/** How findBlockers asks a boot. */
interface Search<Boot> {
  /** The boot with a line of one's own. */
  withOwn: (boot: Boot) => Boot;
  /** Whether the boot comes right. */
  right: (boot: Boot) => boolean;
  /** What stands in its way; undefined: nothing that is known. */
  next: (boot: Boot) => Obstacle | undefined;
}

/**
 * Looks for what has to go, one obstacle after the other, each taken out of the way before the next one is looked for, until the
 * boot comes right with a line of one's own.
 */
export function findBlockers<B extends Boot<B>>(boot: B, { withOwn, right, next }: Search<B>): Blockers {
  const obstacles: Obstacle[] = [];
  let cleared = boot;
  for (let own = withOwn(cleared); obstacles.length < LIMIT && !right(own); own = withOwn(cleared)) {
    const obstacle = next(own);
    const left = obstacle && cleared.without([obstacle]);
    if (!left) break;
    obstacles.push(obstacle);
    cleared = left;
  }
  const ownLine = !right(cleared);
  const suffices = (some: readonly Obstacle[]) => {
    const left = boot.without(some);
    return left !== undefined && right(ownLine ? withOwn(left) : left);
  };
  return { obstacles: suffices(obstacles) ? thinned(obstacles, suffices) : obstacles, ownLine };
}

/** Without those that may as well stay: what decided at first may be beaten by what has had its say since. */
function thinned(obstacles: readonly Obstacle[], suffices: (some: readonly Obstacle[]) => boolean): Obstacle[] {
  return obstacles.reduce<Obstacle[]>(
    (left, one) => {
      const others = left.filter((other) => other !== one);
      return suffices(others) ? others : left;
    },
    [...obstacles],
  );
}

/** A line as a comment. What stands behind a carriage return would be a line of its own to systemd, so that all of it goes. */
export function commentedOut(text: string): string {
  return hidesLines(text) ? '#' : `# ${text}`;
}

/** Whether a line has others inside, to systemd. */
export function hidesLines(text: string): boolean {
  return /[\r\0]./s.test(text);
}

/** The inputs without an obstacle; undefined: it is not among them. */
export function removed(boot: BootInputs, obstacle: Obstacle): BootInputs | undefined {
  if ('unit' in obstacle) return switchedOn(boot, obstacle);
  if ('commandLine' in obstacle) return withoutWords(boot, [obstacle.commandLine]);
  let found = false;
  const without = (files: readonly ConfigFile[]) =>
    files.map((file): ConfigFile => {
      if (file.path !== obstacle.file) return file;
      const lines = file.lines.map(({ number, text }) => {
        const isComment = text.startsWith('#') && !hidesLines(text);
        if (number !== obstacle.line || isComment) return { number, text };
        found = true;
        return { number, text: commentedOut(text) };
      });
      return { ...file, lines };
    });
  const { sysctl, modulesLoad, modprobe, mentions } = boot;
  const cleared = {
    ...boot,
    ...(sysctl && { sysctl: without(sysctl) }),
    ...(modulesLoad && { modulesLoad: without(modulesLoad) }),
    ...(modprobe && { modprobe: without(modprobe) }),
    ...(mentions && { mentions: without(mentions) }),
  };
  return found ? cleared : undefined;
}

function switchedOn(boot: BootInputs, { unit, how, words }: ServiceOff): BootInputs | undefined {
  if (how === 'in no runlevel') return { ...boot, runlevels: [...(boot.runlevels ?? []), `boot/${unit}`] };
  if (words) return withoutWords(boot, words);
  const others = (units: readonly string[] = []) => units.filter((other) => other !== unit);
  return { ...boot, maskedUnits: others(boot.maskedUnits), absentUnits: others(boot.absentUnits) };
}

function withoutWords(boot: BootInputs, unwanted: readonly string[]): BootInputs | undefined {
  const words = (boot.commandLine ?? '').match(/(?:"[^"]*"?|'[^']*'?|[^\s"'])+/g) ?? [];
  const kept = words.filter((word) => !unwanted.includes(plain(word)));
  return kept.length < words.length ? { ...boot, commandLine: kept.join(' ') } : undefined;
}

function plain(word: string): string {
  const [parsed] = parseCommandLine(word);
  if (!parsed) return word;
  return parsed.value === undefined ? parsed.key : `${parsed.key}=${parsed.value}`;
}
