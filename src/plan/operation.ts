import type { FileContent } from '../facts/facts.ts';

/**
 * One thing that apply.sh does, with what it expects to find: if that is not there, nothing at all is changed. Values: '-' absent, '='
 * and the value.
 */
export type Operation =
  /** after '-': it is removed. Directories that are missing are made. */
  | { readonly do: 'write-file'; readonly path: string; readonly before: FileContent; readonly after: FileContent }
  /** Unless somebody uses it. */
  | { readonly do: 'remove-directory'; readonly path: string }
  /** Removes a temporary file, whatever it is. */
  | { readonly do: 'sweep'; readonly path: string }
  /** module: with underscores, as the kernel spells it. shown: what exists below /proc/sys while the module is there. */
  | { readonly do: 'modprobe'; readonly module: string; readonly shown: string | undefined }
  | { readonly do: 'write-sysctl'; readonly path: string; readonly before: string; readonly after: string }
  /** The journal goes, if all that is to be taken back was. */
  | { readonly do: 'forget' };

/** Writing to these changes the values of every interface of the family. */
const SWITCHES: Readonly<Record<string, 'ipv4' | 'ipv6'>> = {
  'net/ipv4/ip_forward': 'ipv4',
  'net/ipv6/conf/all/forwarding': 'ipv6',
};

/** The family whose forwarding the path below /proc/sys switches. */
export function switchedFamily(path: string): 'ipv4' | 'ipv6' | undefined {
  return Object.hasOwn(SWITCHES, path) ? SWITCHES[path] : undefined;
}

/**
 * What the kernel makes of a path when forwarding of the family is switched to this value; undefined: it stays. It gives every interface,
 * and those to come, the same; of IPv4 it sets accept_redirects of all to the opposite.
 */
export function alongWith(family: 'ipv4' | 'ipv6', path: string, to: string): string | undefined {
  if (path === 'net/ipv4/conf/all/accept_redirects') {
    return family === 'ipv4' ? (/^=[-+]?0*$/.test(to) ? '=1' : '=0') : undefined;
  }
  const isSide = path.startsWith(`net/${family}/conf/`) && path.endsWith('/forwarding');
  return isSide && switchedFamily(path) === undefined ? to : undefined;
}
