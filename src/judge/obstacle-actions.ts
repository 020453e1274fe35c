import { posix } from 'node:path';
import { hidesLines, type Obstacle } from '../boot/obstacles.ts';
import type { ServiceOff } from '../boot/service.ts';
import type { ConfigFile, NodeFacts } from '../facts/facts.ts';
import type { Action } from '../systems/action.ts';

/** The actions that remove obstacles: one per file, word or unit, in the order in which they were met. */
export function removeObstacles(obstacles: readonly Obstacle[], facts: NodeFacts): Action[] {
  const byFile = Map.groupBy(obstacles, (one) => ('file' in one ? one.file : JSON.stringify(one)));
  return [...byFile.values()].flatMap((same): Action[] => {
    const [first] = same;
    if (!first) return [];
    if ('unit' in first) return switchOn(first);
    if ('commandLine' in first) return [{ do: 'remove-word', word: first.commandLine }];
    const numbers = same.flatMap((one) => ('line' in one ? [one.line] : []));
    return [commentOut(first.file, numbers, facts)];
  });
}

function switchOn({ unit, how, words }: ServiceOff): Action[] {
  if (how === 'in no runlevel') return [{ do: 'add-to-runlevel', service: unit }];
  if (how === 'absent') return [{ do: 'restore-unit', unit }];
  return words ? words.map((word) => ({ do: 'remove-word', word })) : [{ do: 'unmask-unit', unit }];
}

function commentOut(path: string, numbers: readonly number[], { boot }: NodeFacts): Action {
  const file = [boot.sysctl, boot.modprobe, boot.modulesLoad, boot.mentions]
    .flatMap((files) => files ?? [])
    .find((one) => one.path === path);
  const lines = [...new Set(numbers)]
    .sort((a, b) => a - b)
    .map((number) => ({ number, hidesLines: hidesLines(textOf(file, number)) }));
  return { do: 'comment-out', file: path, at: file && whereItIs(file), lines };
}

function textOf(file: ConfigFile | undefined, number: number): string {
  return file?.lines.find((line) => line.number === number)?.text ?? '';
}

/** sed would put a file in the place of a link. A link that leads through others is left to a person. */
function whereItIs({ path, target }: ConfigFile): string | undefined {
  return target === undefined ? path : posix.resolve(posix.dirname(path), target);
}
