import type { BootInputs, ConfigFile, NodeFacts } from '../facts/facts.ts';
import { remembered } from '../text/remembered.ts';
import { parseCommandLine } from './command-line.ts';
import { type ModprobeConfig, parseModprobeConfig } from './modprobe-config.ts';
import type { ModuleBootFacts } from './module-boot.ts';
import { type BootKernel, moduleTree } from './modules-kernel.ts';
import type { Modprobe } from './modules-outcome.ts';

const NONE: readonly ConfigFile[] = [];
const configOf = remembered(parseModprobeConfig);

type Modules = NodeFacts['modules'];

/** modprobe as a node's files make it, over the modules of one of its kernels; undefined: the files hold more than is gone through. */
export function modprobeOf({ boot, modules }: ModuleBootFacts, kernel: BootKernel): Modprobe | undefined {
  return modprobesOf(boot, modules)(kernel.modules, undefined);
}

const modprobesOf = remembered((boot: BootInputs, modules: Modules) =>
  remembered((ofKernel: Modules, _: undefined) => modprobe(boot, modules, ofKernel)),
);

function modprobe(boot: BootInputs, modules: Modules, ofKernel: Modules): Modprobe | undefined {
  const config = configOf(boot.modprobe ?? NONE, boot.commandLine ?? '');
  if (isExcessive(config, boot.modulesLoad)) return undefined;
  const words = parseCommandLine(boot.commandLine ?? '', 'kernel');
  const asked = (module: string) => [modules, ofKernel].some((known) => Object.hasOwn(known, module));
  return { config, tree: moduleTree({ modules: ofKernel }), words, obeysInstall: boot.init === 'systemd', asked };
}

/** Names times patterns, by their lengths: what matching them may cost. A node's files hold a thousandth of it. */
const MATCHING_LIMIT = 20_000_000;

function isExcessive(
  { aliases, installs, softDependencies }: ModprobeConfig,
  lists: readonly ConfigFile[] = [],
): boolean {
  const patterns = [...aliases, ...installs, ...softDependencies].map(({ pattern }) => pattern);
  const names = [
    ...lists.flatMap(({ lines }) => lines.map(({ text }) => text)),
    ...softDependencies.flatMap(({ pre, post }) => [...pre, ...post]),
  ];
  const length = (texts: readonly string[]) => texts.reduce((sum, text) => sum + text.length, 0);
  return length(patterns) * length(names) > MATCHING_LIMIT;
}
