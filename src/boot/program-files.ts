import type { ConfigFile } from '../facts/facts.ts';
import type { Place, Setting } from './sysctl-lines.ts';

type Assignment = Omit<Setting, keyof Place>;

/** A program that sets sysctls of its own accord, by words of its own configuration that name none. */
interface Program {
  readonly files: RegExp;
  readonly sets: (text: string, file: ConfigFile) => readonly Assignment[];
}

const ON: readonly Assignment[] = [{ path: 'net/ipv4/ip_forward', value: '1' }];

/** The probe looks for these words (switching in probe.sh), and for the files (units.sh). */
const PROGRAMS: readonly Program[] = [
  { files: /\/systemd\/network/, sets: setByNetworkd },
  { files: /\/libvirt\/qemu\/networks\/autostart\//, sets: (text) => (isForwardingNetwork(text) ? ON : []) },
  // Only where firewalld runs (firewall/core/fw_zone.py: enable_ip_forwarding).
  { files: /^\/etc\/firewalld\//, sets: (text) => (/<(?:masquerade|forward-port)\b/.test(text) ? ON : []) },
  { files: /^\/etc\/(?:frr|quagga)\//, sets: setByZebra },
];

/** What a line of a program's configuration has it set; undefined: the file is of none of these programs. */
export function setByProgram(file: ConfigFile, text: string): readonly Assignment[] | undefined {
  return PROGRAMS.find(({ files }) => files.test(file.path))?.sets(text, file);
}

/** Whether it does that for each link that comes, however late. */
export function isOfLinks({ path }: ConfigFile): boolean {
  return /\/systemd\/network/.test(path);
}

/** A network of libvirt that is started with it, and does not only join a bridge: libvirt switches forwarding on for it. */
function isForwardingNetwork(text: string): boolean {
  const forward = /<forward\b(?:[^>]*\bmode=['"]([\w-]+))?/.exec(text);
  return forward !== null && /^(?:nat|route|open)$/.test(forward[1] ?? 'nat');
}

/** FRR and Quagga: `write` puts a no into the file where forwarding was off at that moment (FRRouting/frr#1495 #12267). */
function setByZebra(text: string): Assignment[] {
  const [, no, family] = /^\s*(no\s+)?(ip|ipv6)\s+forwarding\s*$/.exec(text) ?? [];
  if (family === undefined) return [];
  return [
    {
      path: family === 'ip' ? 'net/ipv4/ip_forward' : 'net/ipv6/conf/all/forwarding',
      value: no === undefined ? '1' : '0',
    },
  ];
}

/**
 * systemd-networkd: IPForward= (up to 255) and IPMasquerade= only ever switch on; IPv4Forwarding= and IPv6Forwarding= (since 256) are of one
 * link, in networkd.conf of all.
 */
function setByNetworkd(text: string, { path, lines }: ConfigFile): Assignment[] {
  const [, key = '', value = ''] = /^\s*(IPForward|IPMasquerade|IPv[46]Forwarding)\s*=\s*(\w+)/.exec(text) ?? [];
  const on = /^(?:yes|true|on|1|y|t)$/i.test(value);
  if (key === 'IPForward' || key === 'IPMasquerade') {
    const all = key === 'IPForward' ? on : value === 'both';
    const families = [...(all || on || value === 'ipv4' ? ['ipv4'] : []), ...(all || value === 'ipv6' ? ['ipv6'] : [])];
    return families.map((family) => ({ path: `net/${family}/conf/all/forwarding`, value: '1' }));
  }
  if (key === '') return [];
  const names = lines.flatMap((line) => /^\s*Name\s*=\s*(.*?)\s*$/.exec(line.text)?.[1]?.split(/\s+/) ?? []);
  const all = /networkd\.conf(?:\.d\/|$)/.test(path);
  return (all ? ['all'] : names.length > 0 ? names : ['*']).map((name) => ({
    path: `net/${key === 'IPv4Forwarding' ? 'ipv4' : 'ipv6'}/conf/${name}/forwarding`,
    value: on ? '1' : '0',
  }));
}
