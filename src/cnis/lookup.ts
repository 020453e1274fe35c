import { type Cni, podsOnBridge } from './cni.ts';
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

/** Whether a CNI plug-in of this type puts pods on a Linux bridge; undefined: it is no CNI's own, or it depends. */
export function pluginOnBridge(type: string): boolean | undefined {
  const found = CNIS.find((cni: Cni) => cni.plugins?.includes(type));
  return found && podsOnBridge(found);
}

/** Names of the bridges that CNIs make. */
export const CNI_BRIDGES: ReadonlySet<string> = new Set(CNIS.flatMap((cni: Cni) => [...(cni.bridges ?? [])]));
