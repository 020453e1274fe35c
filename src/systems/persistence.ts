import type { HostSystem } from './host-system.ts';

/** How one system is made to load a module, or to set a sysctl to 1, now and at each boot; in order, one entry per step. */
export interface Recipe {
  loadModule(name: string): string[];
  setSysctl(key: string): string[];
}

/** The files of our own on a node whose files may be written. */
export const MODULES_FILE = '/etc/modules-load.d/netprereq.conf';
/** Sorts after 99-sysctl.conf, by which many systems read /etc/sysctl.conf: the last assignment wins. */
export const SYSCTL_FILE = '/etc/sysctl.d/99-zz-netprereq.conf';

const ordinary: Recipe = {
  loadModule: (name) => [`modprobe ${name}`, append(name, MODULES_FILE)],
  setSysctl: (key) => [`sysctl -w ${key}=1`, append(`${key} = 1`, SYSCTL_FILE)],
};

/** Runs at once, and is kept elsewhere: the node's own files are generated or thrown away. */
function keptElsewhere(module: (name: string) => string[], sysctl: (key: string) => string[]): Recipe {
  return {
    loadModule: (name) => [`modprobe ${name}`, ...module(name)],
    setSysctl: (key) => [`sysctl -w ${key}=1`, ...sysctl(key)],
  };
}

export const RECIPES: Readonly<Record<HostSystem, Recipe>> = {
  systemd: ordinary,
  openrc: {
    loadModule: (name) => [...ordinary.loadModule(name), 'rc-update add modules boot'],
    setSysctl: (key) => [...ordinary.setSysctl(key), 'rc-update add sysctl boot'],
  },
  talos: {
    loadModule: (name) => [
      `In the Talos machine config: machine.kernel.modules: [{name: ${name}}]`,
      'Apply it with talosctl: Talos has no shell and keeps no files of yours',
    ],
    setSysctl: (key) => [
      `In the Talos machine config: machine.sysctls: {${key}: "1"}`,
      'Apply it with talosctl: Talos has no shell and keeps no files of yours',
    ],
  },
  bottlerocket: {
    loadModule: (name) => [
      `apiclient set --json '{"settings":{"kernel":{"modules":{"${name}":{"allowed":true,"autoload":true}}}}}'`,
      'The same settings belong in the user data of the node group',
    ],
    setSysctl: (key) => [
      `apiclient set --json '{"settings":{"kernel":{"sysctl":{"${key}":"1"}}}}'`,
      'The same settings belong in the user data of the node group',
    ],
  },
  nixos: keptElsewhere(
    (name) => [`In configuration.nix: boot.kernelModules = [ "${name}" ];`, 'nixos-rebuild switch'],
    (key) => [`In configuration.nix: boot.kernel.sysctl."${key}" = 1;`, 'nixos-rebuild switch'],
  ),
  openshift: keptElsewhere(
    (name) => [`For the next boot: a MachineConfig with ${MODULES_FILE} containing ${name}; not by hand`],
    (key) => [
      `For the next boot: a Tuned profile (Node Tuning Operator) or MachineConfig with ${key} = 1; not by hand`,
    ],
  ),
  ignition: keptElsewhere(
    (name) => [`For the next boot: ${MODULES_FILE} containing ${name}, in the node's Butane/Ignition config`],
    (key) => [`For the next boot: ${SYSCTL_FILE} containing ${key} = 1, in the node's Butane/Ignition config`],
  ),
  ephemeral: keptElsewhere(
    (name) => [`For the next boot: a startup script or a DaemonSet that runs modprobe ${name} (/etc is a tmpfs)`],
    (key) => [`For the next boot: a startup script or a DaemonSet that runs sysctl -w ${key}=1 (/etc is a tmpfs)`],
  ),
  container: {
    loadModule: (name) => [
      `On the machine that runs this node's container: modprobe ${name}`,
      `There, for its next boot: ${append(name, MODULES_FILE)}`,
    ],
    setSysctl: (key) => [
      `sysctl -w ${key}=1`,
      `It lasts as long as the container: create that with --sysctl ${key}=1 to keep it`,
    ],
  },
};

/** The steps of a recipe that concern the next boot; the others act at once. */
export function persistent(steps: readonly string[]): string[] {
  return steps.filter((step) => !/^(sysctl -w|modprobe) /.test(step));
}

/**
 * A recipe's steps without those that the node does not need: a line of one's own where what is there suffices, a service that is in
 * a runlevel. Other systems than those whose files may be written have neither.
 */
export function needed(steps: readonly string[], ownLine: boolean, inRunlevel = false): string[] {
  return steps.filter(
    (step) => (ownLine || !step.startsWith('echo ')) && !(inRunlevel && step.startsWith('rc-update ')),
  );
}

/** Keeps what other prerequisites put there; run twice, the line is there twice, which is harmless in both files. */
function append(line: string, file: string): string {
  return `echo '${line}' >>${file}`;
}
