import type { OsFacts } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { type Advice, distinct, run } from '../text/advice.ts';
import { excerpt } from '../text/excerpt.ts';
import { quoted } from '../text/quoted.ts';
import { shellWord } from '../text/shell-word.ts';
import type { Action, CommentOut, WriteFile } from './action.ts';
import { installKernel, installModule } from './package.ts';
import type { System } from './system.ts';

/** Actions in a system's own terms, in order and each once. The only place that words them. */
export function render(actions: readonly Action[], system: System, os: OsFacts = {}): Advice[] {
  return distinct(actions.flatMap((action) => steps(action, system, os)));
}

function steps(action: Action, system: System, os: OsFacts): Advice[] {
  if (typeof action === 'string' || !('do' in action)) return [action];
  switch (action.do) {
    case 'load-module':
      return system.loadModule(action.module);
    case 'keep-module':
      return system.keepModule(action.module);
    case 'set-sysctl':
      return system.setSysctl(action.key, action.to);
    case 'keep-sysctl':
      return system.keepSysctl(action.key, action.to);
    case 'add-to-runlevel':
      return [run(`rc-update add ${action.service} boot`)];
    case 'comment-out':
      return commentOut(action, system);
    case 'write-file':
      return writeFile(action, system);
    case 'remove-word':
      return [`Remove ${excerpt(action.word)} from the kernel command line (boot loader)`];
    case 'unmask-unit':
      return [run(`systemctl unmask ${action.unit}`)];
    case 'restore-unit':
      return [`Reinstall the package of systemd that has ${action.unit}`];
    case 'install-module':
      return system.packaged
        ? installModule(action.module, action.release, os)
        : [`Boot an image of this system whose kernel has ${action.module}`];
    case 'install-kernel':
      return system.packaged ? installKernel(os) : [`Use an image of this system that has a kernel`];
  }
}

/** Files of packages come back with the next update, and those in /run are made anew: one of the same name in /etc stands in for them. */
const NOT_OURS = /^\/(?:usr\/lib|lib|run)\/(sysctl\.d|modprobe\.d|modules-load\.d)\/([^/]+)$/;

/** Commented out, so that what follows keeps its number and the decision can be read later. */
function commentOut({ file, at, lines }: CommentOut, { editable }: System): Advice[] {
  const command = editable && at !== undefined ? sed(file, at, lines) : undefined;
  return command === undefined ? lines.map(({ number }) => `Remove ${place({ file, line: number })}`) : [run(command)];
}

/** A command; where something else makes the node's files, a sentence and the file to be put there. */
function writeFile({ file, lines }: WriteFile, { editable }: System): Advice[] {
  if (!editable) return [`Let the tool that makes this node's files write ${file}:`, { paste: lines.join('\n') }];
  const directory = file.slice(0, file.lastIndexOf('/'));
  return [run(`mkdir -p ${directory} && printf '%s\\n' ${lines.map(shellWord).join(' ')} >${file}`)];
}

function sed(file: string, at: string, lines: CommentOut['lines']): string | undefined {
  const [, directory, name] = NOT_OURS.exec(file) ?? [];
  const script = lines.map(({ number, hidesLines }) => `${number}s/${hidesLines ? '.*/#' : '^/# '}/`).join(';');
  const from = quoted(at);
  if (from === undefined) return undefined;
  if (directory === undefined) return NOT_OURS.test(at) ? undefined : `sed -i '${script}' ${from}`;
  const to = quoted(`/etc/${directory}/${name}`);
  return to === undefined ? undefined : `sed '${script}' ${from} >${to}`;
}
