import { stat } from 'node:fs/promises';
import type { NodeFacts } from '../facts/facts.ts';

/** What runs as process 1 of a container that is a machine of its own, and no step of a build. */
const INITS: readonly unknown[] = ['systemd', 'init'];

/**
 * Why the running kernel is another system's than the files that were read: an image is being built. undefined: it is not, or that
 * cannot be told.
 */
export async function underConstruction({ container, boot }: NodeFacts): Promise<string | undefined> {
  if (container) return INITS.includes(boot.init) ? undefined : `a container (${container.slice(0, 32)})`;
  return (await inChroot()) ? 'a chroot' : undefined;
}

/** Only root sees the root directory of process 1. */
async function inChroot(): Promise<boolean> {
  try {
    const [own, init] = await Promise.all([stat('/'), stat('/proc/1/root/')]);
    return own.dev !== init.dev || own.ino !== init.ino;
  } catch {
    return false;
  }
}

/**
 * What an image tells of the machine that will boot it: its files, without what belongs to the kernel and the machine that build it.
 * Its init is the one that its distribution comes with.
 */
export function asImage(facts: NodeFacts): NodeFacts {
  const { kernel, boot, os } = facts;
  const { loadable: _loadable, modulesDisabled: _disabled, config: _config, ...installed } = kernel;
  const modules = Object.entries(facts.modules).map(([name, { loaded: _, inSysfs: __, ...module }]) => [name, module]);
  const { bridges: _bridges, ...rest } = facts;
  // What a build keeps the image's files on is not what it will boot from.
  const { fileSystems: _fileSystems, ...inputs } = boot;
  return {
    ...rest,
    container: null,
    kernel: { ...installed, config: {} },
    modules: Object.fromEntries(modules),
    sysctls: {},
    advertisedRoutes: [],
    boot: {
      ...inputs,
      image: true,
      init: os.id === 'alpine' || os.id === 'gentoo' ? 'init' : 'systemd',
      commandLine: '',
    },
  };
}

/** What is said of a report on an image. */
export const IMAGE_ASSUMPTION =
  'An image under construction: it is assumed to be booted by its own init, with nothing of this on the kernel command line.';
