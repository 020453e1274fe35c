import { filesOf, indented } from './document.ts';
import { MODULES_FILE } from './own-files.ts';
import { AT_ONCE, hasId, type Lacking, type System } from './system.ts';

const isCoreOs = hasId('rhcos', 'scos');

/** RHEL CoreOS and its kin, and any other CoreOS that an OpenShift cluster runs on. */
export const openshift: System = {
  id: 'openshift',
  title: 'OpenShift (RHCOS, SCOS)',
  is: (facts, profile) =>
    isCoreOs(facts, profile) ||
    (facts.os.variantId === 'coreos' && (facts.os.id !== 'fedora' || profile.distribution === 'openshift')),
  filesNotWritten: () =>
    "the Machine Config Operator owns this node's files, and marks the node degraded when they are changed",
  editable: false,
  packaged: false,
  ...AT_ONCE,
  keepModule: (module) => [`For the next boot: a MachineConfig with ${MODULES_FILE} containing ${module}; not by hand`],
  keepSysctl: (key, to) => [
    `For the next boot: a Tuned profile (Node Tuning Operator) or MachineConfig with ${key} = ${to}; not by hand`,
  ],
  document: (lacking) => [
    'For the next boot: this MachineConfig, which reboots the pool (for the control plane write master instead of worker). For sysctls alone, a Tuned profile needs no reboot:',
    { paste: machineConfig(lacking) },
  ],
};

function machineConfig(lacking: Lacking): string {
  const entries = filesOf(lacking).flatMap(({ path, lines }) => [
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
