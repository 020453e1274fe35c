// Made by npm run docs of the files in this folder.
import { antrea } from './antrea.ts';
import { awsVpc } from './aws-vpc.ts';
import { azure } from './azure.ts';
import { bridge } from './bridge.ts';
import { calico } from './calico.ts';
import { canal } from './canal.ts';
import { cilium } from './cilium.ts';
import type { Cni } from './cni.ts';
import { crioBridge } from './crio-bridge.ts';
import { docker0 } from './docker0.ts';
import { flannel } from './flannel.ts';
import { gke } from './gke.ts';
import { hybridnet } from './hybridnet.ts';
import { kindnet } from './kindnet.ts';
import { kubeOvn } from './kube-ovn.ts';
import { kubeRouter } from './kube-router.ts';
import { kubenet } from './kubenet.ts';
import { macvlan } from './macvlan.ts';
import { none } from './none.ts';
import { openshiftSdn } from './openshift-sdn.ts';
import { ovnKubernetes } from './ovn-kubernetes.ts';
import { ptp } from './ptp.ts';
import { terway } from './terway.ts';
import { weave } from './weave.ts';

/** All CNIs, in the order in which they are listed and looked for. */
export const CNIS = [
  flannel,
  canal,
  calico,
  cilium,
  antrea,
  ovnKubernetes,
  kubeRouter,
  weave,
  awsVpc,
  azure,
  gke,
  kindnet,
  bridge,
  kubenet,
  crioBridge,
  none,
  docker0,
  kubeOvn,
  openshiftSdn,
  terway,
  ptp,
  hybridnet,
  macvlan,
] as const satisfies readonly Cni[];
