import { filesOf, indented } from './document.ts';
import { MODULES_FILE, SYSCTL_FILE } from './own-files.ts';
import { AT_ONCE, type Lacking, type System } from './system.ts';

/** Systems that are set up once, at their first boot, by an Ignition config. */
export const ignition: System = {
  id: 'ignition',
  title: 'Flatcar, Fedora CoreOS',
  is: ({ os }, { distribution }) =>
    os.id === 'flatcar' || (os.id === 'fedora' && os.variantId === 'coreos' && distribution !== 'openshift'),
  filesNotWritten: () => "this node's files come from its Butane/Ignition config, as do those of the next node",
  editable: false,
  packaged: false,
  ...AT_ONCE,
  keepModule: (module) => [
    `For the next boot: ${MODULES_FILE} containing ${module}, in the node's Butane/Ignition config`,
  ],
  keepSysctl: (key, to) => [
    `For the next boot: ${SYSCTL_FILE} containing ${key} = ${to}, in the node's Butane/Ignition config`,
  ],
  document: (lacking, { os }) => [
    'For new nodes: put these files into the Butane/Ignition config. On this node: write the same files by hand, they survive a reboot:',
    { paste: butane(lacking, os.id === 'flatcar' ? ['flatcar', '1.1.0'] : ['fcos', '1.5.0']) },
  ],
};

function butane(lacking: Lacking, [variant, version]: readonly [string, string]): string {
  const entries = filesOf(lacking).flatMap(({ path, lines }) => [
    `- path: ${path}`,
    '  mode: 0644',
    '  contents:',
    '    inline: |',
    ...indented(lines, 6),
  ]);
  return [`variant: ${variant}`, `version: ${version}`, 'storage:', '  files:', ...indented(entries, 4)].join('\n');
}
