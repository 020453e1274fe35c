import { readFileSync } from 'node:fs';
import { denialOf, lookup, type ModuleTree, steps } from '../../../src/boot/modprobe.ts';
import { type ModprobeConfig, parseModprobeConfig } from '../../../src/boot/modprobe-config.ts';
import { attempt } from '../../../src/boot/modules-outcome.ts';
import { cagedModprobe, modprobe } from './modprobe-real.ts';
import { configFiles, type RandomTree, type TreeOnDisk } from './modprobe-tree.ts';

/** libkmod reads this machine's own, whatever else it is told. */
const COMMAND_LINE = readFileSync('/proc/cmdline', 'utf8');

function configOf(tree: RandomTree): ModprobeConfig {
  return parseModprobeConfig(configFiles(tree.files, 'modprobe.d'), COMMAND_LINE);
}

function modulesOf({ kernel }: RandomTree): ModuleTree {
  return {
    dependencies: (name) => kernel.dependencies[name] ?? null,
    builtin: (name) => kernel.builtin.includes(name),
  };
}

/** modprobe's words without module options, which it appends to a line. */
function plain(line: string, installs: readonly string[]): string {
  const [, path] = /^insmod (\S+)/.exec(line) ?? [];
  if (path) return `insmod ${path.replace(/^.*\//, '')}`;
  const starts = installs.map((command) => `install ${command}`.trimEnd());
  return starts.sort((a, b) => b.length - a.length).find((start) => line.startsWith(start)) ?? line;
}

/** What the simulation and the real program say of one thing. */
export interface Difference {
  about: string;
  simulated: unknown;
  real: unknown;
}

/** What modprobe would do for each name, with and without its blacklist. */
export function compareSteps(tree: RandomTree, disk: TreeOnDisk): Difference | undefined {
  const config = configOf(tree);
  const modules = modulesOf(tree);
  const commands = config.installs.map(({ command }) => command);
  for (const name of tree.names.filter((name) => name !== '')) {
    const candidates = lookup(name, config, modules) ?? [];
    for (const flags of [
      ['-n', '-v'],
      ['-n', '-v', '-b'],
    ]) {
      const simulated = candidates
        .filter(({ module, alias }) => !((alias || flags.includes('-b')) && denialOf(module, config)))
        .flatMap((candidate) => steps(candidate, config, modules))
        .flatMap((step) => {
          if (modules.builtin(step.module)) return [];
          if (step.does === 'run') return `install ${step.install.command}`.trimEnd();
          return modules.dependencies(step.module) ? `insmod ${step.module}.ko` : [];
        });
      const real = modprobe(disk, [...flags, name]).map((line) => plain(line, commands));
      if (!same(simulated, real)) return { about: `modprobe ${flags.join(' ')} ${name}`, simulated, real };
    }
  }
  return undefined;
}

/** What modprobe makes of the files: the directives, in its order. */
export function compareConfiguration(tree: RandomTree, disk: TreeOnDisk): Difference | undefined {
  const { aliases, denials, installs, softDependencies } = configOf(tree);
  const soft = (kind: string, names: readonly string[]) => (names.length > 0 ? `${kind}: ${names.join(' ')}` : '');
  const simulated = [
    ...denials.map(({ module }) => `blacklist ${module}`),
    ...installs.map(({ pattern, command }) => `install ${pattern} ${command}`),
    ...aliases.map(({ pattern, module }) => `alias ${pattern} ${module}`),
    ...softDependencies.map(({ pattern, pre, post }) => `softdep ${pattern} ${soft('pre', pre)}${soft('post', post)}`),
  ];
  const lines = modprobe(disk, ['-c']);
  const real = lines
    .slice(0, lines.indexOf('# End of configuration files. Dumping indexes now:') - 1)
    .filter((line) => !/^(options|remove|weakdep) /.test(line));
  return same(simulated, real) ? undefined : { about: 'modprobe -c', simulated, real };
}

/** Which install commands a real run reaches. Every module gets one, of which some fail; nothing is ever inserted. */
export function compareRun(tree: RandomTree, disk: TreeOnDisk): Difference | undefined {
  const config = configOf(tree);
  const modules = modulesOf(tree);
  if (config.installs.some(({ command }) => !command.startsWith('echo '))) return undefined;
  for (const name of tree.names.filter((name) => name !== '')) {
    const simulated: string[] = [];
    for (const candidate of lookup(name, config, modules) ?? []) {
      if (denialOf(candidate.module, config)) continue;
      attempt(steps(candidate, config, modules), (step) => {
        if (modules.builtin(step.module)) return true;
        if (step.does === 'insert') return false;
        simulated.push(/^echo (\w+)/.exec(step.install.command)?.[1] ?? '');
        return /exit 0$/.test(step.install.command);
      });
    }
    const real = cagedModprobe(disk, ['-b', '-q', name]);
    if (!same(simulated, real)) return { about: `modprobe -b ${name}`, simulated, real };
  }
  return undefined;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, i) => line === b[i]);
}
