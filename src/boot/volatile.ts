import type { ConfigFile, FileSystemPlace, NodeFacts } from '../facts/facts.ts';

const IN_MEMORY = ['tmpfs', 'ramfs', 'rootfs'];
/** What boots a system from an image under a layer in memory that its own mounts no longer show (live-boot, casper, raspi-config). */
const LIVE = /(^| )boot=(live|casper|overlay)( |$)/;
const KEPT = /(^| )persist(ent|ence)\b/;

/** Whether what is written there is gone after a boot; undefined: not known. */
export function isVolatile(place: FileSystemPlace, { boot }: NodeFacts): boolean | undefined {
  const type = boot.fileSystems?.[place];
  if (type === undefined) return undefined;
  const { commandLine = '' } = boot;
  return IN_MEMORY.includes(type) || (type === 'overlay' && LIVE.test(commandLine) && !KEPT.test(commandLine));
}

/**
 * A node as its next boot finds it if nothing makes the files anew that a boot throws away. Whatever makes them (cloud-config, a
 * startup script) was not read.
 * @param unless what is taken for volatile where that was not read
 * @returns the same facts when no file of the node is such a one
 */
export function withoutVolatileFiles(facts: NodeFacts, unless: boolean): NodeFacts {
  const { boot } = facts;
  const lasts = ({ path }: ConfigFile) => !path.startsWith('/etc/') || !(isVolatile(placeOf(path), facts) ?? unless);
  const kinds = ['sysctl', 'modulesLoad', 'modprobe', 'mentions'] as const;
  if (kinds.every((kind) => boot[kind]?.every(lasts) ?? true)) return facts;
  const entries = kinds.flatMap((kind) => (boot[kind] ? [[kind, boot[kind].filter(lasts)]] : []));
  return { ...facts, boot: { ...boot, ...Object.fromEntries(entries) } };
}

function placeOf(path: string): FileSystemPlace {
  const places = ['/etc/sysctl.d', '/etc/modules-load.d'] as const;
  return places.find((place) => path.startsWith(`${place}/`)) ?? '/etc';
}
