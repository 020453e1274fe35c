import { isVolatile } from '../boot/volatile.ts';
import { indented } from './document.ts';
import { AT_ONCE, hasId, type Lacking, type System } from './system.ts';

const isOne = hasId('cos', 'k3os', 'kairos', 'elemental', 'elemental-teal', 'sle-micro-rancher');
const PLACES = ['/etc', '/etc/sysctl.d', '/etc/modules-load.d'] as const;

/** /etc is new at each boot. An image of such a system that is being built is booted as it is. */
export const ephemeral: System = {
  id: 'ephemeral',
  title: 'Container-Optimized OS, Elemental, Kairos, k3OS (a new /etc at each boot)',
  is: (facts, profile) =>
    (isOne(facts, profile) && !facts.boot.image) || PLACES.some((place) => isVolatile(place, facts) === true),
  filesNotWritten: () => '/etc is new at each boot of this system',
  editable: false,
  packaged: false,
  ...AT_ONCE,
  keepModule: (module) => [
    `For the next boot: a startup script or a DaemonSet that runs modprobe ${module} (/etc is a tmpfs)`,
  ],
  keepSysctl: (key, to) => [
    `For the next boot: a startup script or a DaemonSet that runs sysctl -w ${key}=${to} (/etc is a tmpfs)`,
  ],
  document: (lacking) => [
    'For the next boot: a startup script, modules and sysctl in a stage of the cloud-config (Elemental, Kairos), or this DaemonSet:',
    { paste: daemonSet(lacking) },
  ],
};

function daemonSet({ modules, sysctls }: Lacking): string {
  const commands = [
    ...modules.map((name) => `modprobe ${name}`),
    ...sysctls.map(({ key, to }) => `sysctl -w ${key}=${to}`),
  ];
  return [
    'apiVersion: apps/v1',
    'kind: DaemonSet',
    'metadata:',
    '  name: netprereq',
    '  namespace: kube-system',
    'spec:',
    '  selector:',
    '    matchLabels: {app: netprereq}',
    '  template:',
    '    metadata:',
    '      labels: {app: netprereq}',
    '    spec:',
    '      hostNetwork: true',
    '      hostPID: true',
    '      nodeSelector: {kubernetes.io/os: linux}',
    '      tolerations: [{operator: Exists}]',
    '      initContainers:',
    '        - name: set',
    '          image: busybox:1.37.0',
    '          securityContext: {privileged: true}',
    '          command: [nsenter, -t, "1", -m, -n, --, sh, -ec]',
    '          args:',
    '            - |',
    ...indented(commands, 14),
    '      containers:',
    '        - name: wait',
    '          image: registry.k8s.io/pause:3.10.1',
  ].join('\n');
}
