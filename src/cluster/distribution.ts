import type { NodeEvidence } from './evidence.ts';

type Mark = (node: NodeEvidence) => boolean;

const kubelet =
  (mark: RegExp): Mark =>
  ({ system }) =>
    mark.test(system.kubelet);
const label =
  (name: string): Mark =>
  ({ labels }) =>
    labels[name] !== undefined;

/** What gives a distribution away; Talos last, since it is an operating system that also serves others. */
const MARKS: readonly (readonly [name: string, marks: readonly Mark[]])[] = [
  ['k3s', [kubelet(/\+k3s/)]],
  ['rke2', [kubelet(/\+rke2/)]],
  ['k0s', [kubelet(/\+k0s/)]],
  ['eks', [kubelet(/-eks-/), label('eks.amazonaws.com/nodegroup')]],
  ['gke', [kubelet(/-gke\./), label('cloud.google.com/gke-nodepool')]],
  ['aks', [label('kubernetes.azure.com/cluster')]],
  ['openshift', [label('node.openshift.io/os_id')]],
  ['talos', [({ system }) => /^Talos\b/.test(system.osImage)]],
];

/** The distribution's name; undefined: none of those that are known, such as a cluster of kubeadm's. */
export function distribution(nodes: readonly NodeEvidence[]): string | undefined {
  return MARKS.find(([, marks]) => nodes.some((node) => marks.some((mark) => mark(node))))?.[0];
}
