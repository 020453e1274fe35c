import { run } from '../text/advice.ts';
import { AT_ONCE, hasId, type System } from './system.ts';

const SWITCH = run('nixos-rebuild switch');

export const nixos: System = {
  id: 'nixos',
  title: 'NixOS',
  is: hasId('nixos'),
  filesNotWritten: () => 'NixOS generates its files from configuration.nix',
  editable: false,
  packaged: false,
  ...AT_ONCE,
  keepModule: (module) => [`In configuration.nix: boot.kernelModules = [ "${module}" ];`, SWITCH],
  keepSysctl: (key, to) => [`In configuration.nix: boot.kernel.sysctl."${key}" = ${to};`, SWITCH],
};
