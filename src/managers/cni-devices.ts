import type { ConfigFile } from '../facts/facts.ts';
import { listed } from '../text/listed.ts';
import { type Device, networkManagerSettings, unmanagedBy } from './network-manager.ts';
import type { Setting } from './settings.ts';

const veth: Device = { name: 'cali0123456789a', type: 'veth' };
const vxlan = (name: string): Device => ({ name, type: 'vxlan' });

/**
 * Interfaces that NetworkManager is to leave alone, by CNI. patterns: all of them. groups: of each of these one at least must be covered, because which
 * tunnel Calico uses is not known.
 */
const DEVICES: Readonly<Record<string, { groups: readonly (readonly Device[])[]; patterns: readonly string[] }>> = {
  calico: {
    groups: [[veth], [vxlan('vxlan.calico'), { name: 'tunl0', type: 'iptunnel' }]],
    patterns: ['cali*', 'tunl*', 'vxlan.calico', 'vxlan-v6.calico', 'wireguard.cali', 'wg-v6.cali'],
  },
  canal: { groups: [[veth], [vxlan('flannel.1')]], patterns: ['cali*', 'flannel*'] },
  flannel: { groups: [[vxlan('flannel.1')]], patterns: ['flannel*'] },
};

/** Whether it is known which interfaces of a CNI NetworkManager is to leave alone. */
export const hasDevices = (cni: string): boolean => Object.hasOwn(DEVICES, cni);

/** Those that NetworkManager may manage, by these files; the line that leaves the others alone. */
export function managedDevices(cni: string, files: readonly ConfigFile[]): { managed: string[]; at?: Setting['at'] } {
  const settings = networkManagerSettings(files);
  const found = (DEVICES[cni]?.groups ?? []).map((group) => ({
    name: listed(
      group.map((one) => one.name),
      'or',
    ),
    line: group.map((one) => unmanagedBy(one, settings)).find((line) => line !== undefined),
  }));
  const managed = found.flatMap(({ name, line }) => (line ? [] : [name]));
  const [first] = found;
  return { managed, ...(managed.length === 0 && first?.line && { at: first.line.at }) };
}

/** A file for NetworkManager that makes it leave them alone. */
export function leaveAlone(cni: string): string[] {
  const list = (DEVICES[cni]?.patterns ?? []).map((pattern) => `interface-name:${pattern}`).join(';');
  return ['[keyfile]', `unmanaged-devices+=${list}`];
}
