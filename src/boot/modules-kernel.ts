import type { InstalledKernel, KernelFacts, NodeFacts } from '../facts/facts.ts';
import { knownModule } from './known-modules.ts';
import type { ModuleTree } from './modprobe.ts';
import type { ModuleBootFacts } from './module-boot.ts';
import { compareReleases } from './release-order.ts';

/** A kernel that the next boot may start, and what it has of our modules. */
export type BootKernel = InstalledKernel;

/** The kernels that the next boot may start: the newest first, the running one last. */
export interface BootKernels {
  kernels: readonly BootKernel[];
  /** The first of them is the one that boot loaders choose: the newest of the same flavour, with an image in /boot. */
  firstIsLikely: boolean;
  /** Newer ones of which nothing else is known. */
  unread: readonly string[];
}

/**
 * Which kernels the next boot may start; of an image any that is installed in it. Boot loaders take the newest installed one unless told otherwise, and what they were told
 * is kept in too many ways to read it; a directory in /lib/modules without an image in /boot is what a removed kernel left behind.
 * A running kernel whose own directory or modules.dep and image are gone was replaced, and is not started again.
 */
export function bootKernels({ kernel, modules, boot }: Pick<NodeFacts, 'kernel' | 'modules' | 'boot'>): BootKernels {
  const { release = 'running', installed = [], moduleList } = kernel;
  const ofImage = boot.image === true && kernel.release === undefined;
  const replaced = ofImage || (isGone(kernel) && installed.some((name) => name !== release));
  const names = installed
    .filter(
      (other) => other !== release && (replaced || compareReleases(other, release) > 0) && !isLeftover(other, kernel),
    )
    .sort((a, b) => compareReleases(b, a));
  const others = names.flatMap((name) => kernel.others?.filter((other) => other.release === name) ?? []);
  const [first, ...older] = names;
  const likeFirst = ofImage ? older : [release];
  return {
    kernels: replaced ? others : [...others, { release, modules, ...(moduleList !== undefined && { moduleList }) }],
    firstIsLikely:
      first !== undefined &&
      likeFirst.every((other) => flavour(other) === flavour(first)) &&
      kernel.images?.includes(first) === true,
    unread: names.filter((name) => !others.some((other) => other.release === name)),
  };
}

/** A package that is removed leaves a directory behind where others have put files into it. */
function isGone({ modulesDirectory, moduleList, images = [], release = 'running' }: KernelFacts): boolean {
  return modulesDirectory === false || (moduleList === false && images.length > 0 && !images.includes(release));
}

/** Only where the running kernel's own image, or any of an image's kernels, is in the place in which the others' are looked for. */
function isLeftover(release: string, { images = [], release: running = images[0] }: KernelFacts): boolean {
  return running !== undefined && images.includes(running) && !images.includes(release);
}

/** 6.1.0-56-cloud-amd64 → cloud amd: its words. */
function flavour(release: string): string {
  return (release.match(/[A-Za-z]+/g) ?? []).join(' ');
}

/** What a kernel's module lists say, for modprobe's way through them. */
export function moduleTree({ modules }: Pick<BootKernel, 'modules'>): ModuleTree {
  const facts = (name: string) => (Object.hasOwn(modules, name) ? modules[name] : undefined);
  return {
    dependencies(name) {
      const { file, dependencies } = facts(name) ?? {};
      return file === null ? null : dependencies;
    },
    builtin: (name) => facts(name)?.builtin,
  };
}

/**
 * What decides without any file: the module is part of the kernel, the kernel comes without it, or loads none at all. undefined:
 * none of these is sure. A module that is at work without having been loaded is built in, though no list may name it.
 */
export function inKernel(
  { kernel, modules, sysctls }: ModuleBootFacts,
  booting: BootKernel,
  name: string,
): 'built-in' | 'lacking' | 'loads-nothing' | undefined {
  const running = booting.modules === modules;
  const { builtin, file, inSysfs, loaded } = (Object.hasOwn(booting.modules, name) && booting.modules[name]) || {};
  const { option, shownBy } = knownModule(name) ?? {};
  const configured = running && option !== undefined ? kernel.config[option] : undefined;
  const loadable = running ? kernel.loadable : undefined;
  const active = running && shownBy !== undefined ? sysctls?.[shownBy]?.is : undefined;
  if (builtin || configured === 'y') return 'built-in';
  const atWork = active === 'value' || (running && inSysfs);
  if (atWork && (loaded === false || loadable === false)) return 'built-in';
  if (configured === 'n' || (file === null && builtin === false)) return 'lacking';
  return loadable === false && (builtin === false || active === 'absent') ? 'loads-nothing' : undefined;
}
