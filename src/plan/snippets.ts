import type { HostSystem } from '../systems/host-system.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../systems/persistence.ts';

/** What a node's next boot lacks: modules, and sysctls that are to be 1. */
export interface Lacking {
  modules: readonly string[];
  sysctls: readonly string[];
}

/**
 * What is put where a system keeps its settings: a sentence, and a document to be pasted. Of all that is lacking at once, because two
 * documents of the same name would replace each other. undefined: this system has a line for each thing instead.
 * @param id os-release's ID
 */
export function snippet(system: HostSystem, lacking: Lacking, id: string | undefined): string[] | undefined {
  switch (system) {
    case 'openshift':
      return [
        'For the next boot a MachineConfig, which reboots the pool (for the control plane write master, not worker); for sysctls alone a Tuned profile does without:',
        machineConfig(lacking),
      ];
    case 'ignition':
      return [
        'For the next boot, in the Butane/Ignition config, which makes the next node; on this one the same files last, written by hand:',
        butane(lacking, id === 'flatcar' ? ['flatcar', '1.1.0'] : ['fcos', '1.5.0']),
      ];
    case 'ephemeral':
      return [
        'For the next boot a startup script, modules and sysctl of a stage in the cloud-config (Elemental, Kairos), or a DaemonSet:',
        daemonSet(lacking),
      ];
    default:
      return undefined;
  }
}

/** Settings as files, as fix would write them. */
function files({ modules, sysctls }: Lacking): { path: string; lines: readonly string[] }[] {
  return [
    { path: MODULES_FILE, lines: modules },
    { path: SYSCTL_FILE, lines: sysctls.map((key) => `${key} = 1`) },
  ].filter(({ lines }) => lines.length > 0);
}

const indented = (lines: readonly string[], by: number) => lines.map((line) => ' '.repeat(by) + line);

function machineConfig(lacking: Lacking): string {
  const entries = files(lacking).flatMap(({ path, lines }) => [
    ...lines.map((line) => `# ${line}`),
    `- path: ${path}`,
    '  mode: 420',
    '  overwrite: true',
    '  contents:',
    ...dataUrl(`${lines.join('\n')}\n`),
  ]);
  return [
    'apiVersion: machineconfiguration.openshift.io/v1',
    'kind: MachineConfig',
    'metadata:',
    '  name: 99-worker-netprereq',
    '  labels:',
    '    machineconfiguration.openshift.io/role: worker',
    'spec:',
    '  config:',
    '    ignition:',
    '      version: 3.2.0',
    '    storage:',
    '      files:',
    ...indented(entries, 8),
  ].join('\n');
}

/** Broken as YAML allows within quotes, so that no terminal has to. */
function dataUrl(text: string): string[] {
  const pieces =
    Buffer.from(text)
      .toString('base64')
      .match(/.{1,48}/g) ?? [];
  return [
    '    source: "data:;base64,\\',
    ...pieces.map((piece, index) => `      ${piece}${index < pieces.length - 1 ? '\\' : '"'}`),
  ];
}

function butane(lacking: Lacking, [variant, version]: readonly [string, string]): string {
  const entries = files(lacking).flatMap(({ path, lines }) => [
    `- path: ${path}`,
    '  mode: 0644',
    '  contents:',
    '    inline: |',
    ...indented(lines, 6),
  ]);
  return [`variant: ${variant}`, `version: ${version}`, 'storage:', '  files:', ...indented(entries, 4)].join('\n');
}

function daemonSet({ modules, sysctls }: Lacking): string {
  const commands = [...modules.map((name) => `modprobe ${name}`), ...sysctls.map((key) => `sysctl -w ${key}=1`)];
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
