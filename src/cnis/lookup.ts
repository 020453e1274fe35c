import type { Cni } from './cni.ts';
import { CNIS } from './index.ts';

/** The ids that --cni takes. */
export type CniId = (typeof CNIS)[number]['id'];

export const CNI_IDS: readonly CniId[] = CNIS.map(({ id }) => id);

/** All that is known of a CNI. */
export function cniOf(id: CniId): Cni {
  const found = CNIS.find((cni) => cni.id === id);
  if (!found) throw new RangeError(`no CNI is called ${id}`);
  return found;
}

/** What the CNI's agent does at each start, if its DaemonSet is the cluster's own. */
export function cniAtStart({ cni, cniUnconfirmed }: { cni?: CniId; cniUnconfirmed?: true }): Cni['atStart'] {
  return cni === undefined || cniUnconfirmed ? undefined : cniOf(cni).atStart;
}

/** The CNI whose own plug-in has this type. */
export function cniOfPlugin(type: string): CniId | undefined {
  return CNIS.find((cni: Cni) => cni.plugins?.includes(type))?.id;
}

/** The CNI that gives a bridge this name, and no other does: cni0 is the bridge plug-in's own default. */
export function cniOfBridge(name: string): CniId | undefined {
  return name === 'cni0' ? undefined : CNIS.find((cni: Cni) => cni.bridges?.includes(name))?.id;
}

/** Whether pods' packets come into the node by a link of this name, where the CNI is this one, or not known. */
export function isPodLink(name: string, cni: CniId | undefined): boolean {
  if (cni === undefined) return CNIS.some((one: Cni) => one.podLinks?.own?.test(name));
  const { own, shared } = cniOf(cni).podLinks ?? {};
  return own?.test(name) === true || shared?.test(name) === true;
}

/** Names of the bridges that CNIs make. */
export const CNI_BRIDGES: ReadonlySet<string> = new Set(CNIS.flatMap((cni: Cni) => [...(cni.bridges ?? [])]));
