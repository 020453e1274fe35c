import { swapDotsAndSlashes } from './sysctl-name.ts';

/** The longest key that is asked for. */
const LENGTH_LIMIT = 100;
/** IFNAMSIZ without the end of the string. */
const INTERFACE_LENGTH = 15;

/** /proc/sys has these directories; others come and go with drivers. */
const TREES = /^(abi|crypto|debug|dev|fs|kernel|net|sunrpc|user|vm)$/;
/** These belong to the reader's own IPC namespace, which is a pod's, not the node's. */
const OF_THE_POD = /^(kernel\.(shm|msg|sem|auto_msgmni)|fs\.mqueue\.)/;
const PER_INTERFACE = /^net\.ipv[46]\.(?:conf|neigh)$/;

/** The parts of a key that exists once for each interface; undefined: another key. */
export function interfaceKey(key: string): { tree: string; interface: string; name: string } | undefined {
  const [net, family, directory, device, name, ...rest] = key.split('.');
  const tree = [net, family, directory].join('.');
  if (!PER_INTERFACE.test(tree) || device === undefined || name === undefined || rest.length > 0) return undefined;
  return { tree, interface: device, name };
}

/** Whether the key stands for one sysctl of each interface that matches. */
export function isPattern(key: string): boolean {
  return /[*?[\]{},]/.test(key);
}

/** `a.{b,c*}.d` → `a.b.d` and `a.c*.d`; a key without alternatives stays as it is. */
export function withoutAlternatives(key: string): string[] {
  const [, before = '', inside = '', after = ''] = /^([^{}]*)\{([^{}]+)\}(.*)$/.exec(key) ?? [];
  if (inside === '') return [key];
  return inside.split(',').flatMap((each) => withoutAlternatives(before + each + after));
}

/** Throws unless this may be a sysctl of a node, or a pattern without alternatives; what it says is for a rule's author. */
export function requireSysctlKey(key: string): void {
  const problem = problemOf(key);
  if (problem !== undefined) throw new RangeError(`${JSON.stringify(key)} cannot be asked for: ${problem}`);
}

function problemOf(key: string): string | undefined {
  if (!/^[A-Za-z0-9_./@:+*?[\]-]+$/.test(key)) return 'it has characters that no key has';
  if (key.length > LENGTH_LIMIT) return `it is longer than ${LENGTH_LIMIT} characters`;
  if (!TREES.test(key.split('.')[0] ?? '') || !key.includes('.')) return 'it is not in sysctl(8)’s dotted spelling';
  if (
    swapDotsAndSlashes(key)
      .split('/')
      .some((part) => /^\.{0,2}$/.test(part))
  )
    return 'a part of it is empty';
  if (OF_THE_POD.test(key)) return 'a pod sees its own value of it, not the node’s';
  const device = interfaceKey(key)?.interface;
  if (!isPattern(key))
    return device && device.length > INTERFACE_LENGTH ? 'no interface has so long a name' : undefined;
  if (device === undefined || isPattern(key.replace(device, '')))
    return 'only the name of an interface may be a pattern';
  return /^(?:[^[\]]|\[[^[\]]+\])+$/.test(device) ? undefined : 'a bracket of its pattern is not closed';
}
