// Made by npm run docs of the files in this folder.
import { aks } from './aks.ts';
import type { Distribution } from './distribution.ts';
import { eks } from './eks.ts';
import { gke } from './gke.ts';
import { k0s } from './k0s.ts';
import { k3s } from './k3s.ts';
import { kops } from './kops.ts';
import { microk8s } from './microk8s.ts';
import { openshift } from './openshift.ts';
import { rke2 } from './rke2.ts';
import { talos } from './talos.ts';

/** All distributions, in the order in which they are asked. */
export const DISTRIBUTIONS = [
  k3s,
  rke2,
  k0s,
  eks,
  gke,
  aks,
  openshift,
  talos,
  kops,
  microk8s,
] as const satisfies readonly Distribution[];
