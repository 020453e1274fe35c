import { hasId, type System } from './system.ts';

const APPLY = 'Apply it with talosctl: Talos has no shell and does not keep your files';

export const talos: System = {
  id: 'talos',
  title: 'Talos',
  is: hasId('talos'),
  filesNotWritten: () => 'Talos keeps its settings in the machine config',
  editable: false,
  packaged: false,
  loadModule: () => [],
  setSysctl: () => [],
  keepModule: (module) => [`In the Talos machine config: machine.kernel.modules: [{name: ${module}}]`, APPLY],
  keepSysctl: (key, to) => [`In the Talos machine config: machine.sysctls: {${key}: "${to}"}`, APPLY],
};
