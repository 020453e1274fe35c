import { run } from '../text/advice.ts';
import { hasId, type System } from './system.ts';

const USER_DATA = 'The same settings belong in the user data of the node group';

export const bottlerocket: System = {
  id: 'bottlerocket',
  title: 'Bottlerocket',
  is: hasId('bottlerocket'),
  filesNotWritten: () => 'Bottlerocket changes settings only through apiclient',
  editable: false,
  packaged: false,
  loadModule: () => [],
  setSysctl: () => [],
  keepModule: (module) => [
    run(`apiclient set --json '{"settings":{"kernel":{"modules":{"${module}":{"allowed":true,"autoload":true}}}}}'`),
    USER_DATA,
  ],
  keepSysctl: (key, to) => [
    run(`apiclient set --json '{"settings":{"kernel":{"sysctl":{"${key}":"${to}"}}}}'`),
    USER_DATA,
  ],
};
