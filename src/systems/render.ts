import type { OsFacts } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { excerpt } from '../text/excerpt.ts';
import { quoted } from '../text/quoted.ts';
import type { Action, CommentOut } from './action.ts';
import { installModule } from './package.ts';
import type { System } from './system.ts';

/** Actions in a system's own terms, one command or sentence per entry, in order and each once. The only place that words them. */
export function render(actions: readonly Action[], system: System, os: OsFacts = {}): string[] {
  return [...new Set(actions.flatMap((action) => steps(action, system, os)))];
}

function steps(action: Action, system: System, os: OsFacts): string[] {
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
      return [`rc-update add ${action.service} boot`];
    case 'comment-out':
      return commentOut(action, system);
    case 'remove-word':
      return [`Take ${excerpt(action.word)} off the kernel command line (boot loader)`];
    case 'unmask-unit':
      return [`systemctl unmask ${action.unit}`];
    case 'restore-unit':
      return [`Install the package of systemd that brings ${action.unit} again`];
    case 'install-module':
      return system.packaged
        ? installModule(action.module, action.release, os)
        : [`Boot an image of this system whose kernel has ${action.module}`];
    case 'run':
      return [action.command];
    case 'say':
      return [action.text];
  }
}

/** Files of packages come back with the next update, and those in /run are made anew: one of the same name in /etc stands in for them. */
const NOT_OURS = /^\/(?:usr\/lib|lib|run)\/(sysctl\.d|modprobe\.d|modules-load\.d)\/([^/]+)$/;

/** Commented out, so that what follows keeps its number and the decision can be read later. */
function commentOut({ file, at, lines }: CommentOut, { editable }: System): string[] {
  const command = editable && at !== undefined ? sed(file, at, lines) : undefined;
  return command === undefined ? lines.map(({ number }) => `Remove ${place({ file, line: number })}`) : [command];
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
