import type { Explanation } from '../rules/explain/explanation.ts';
import type { HostSystem } from './host-system.ts';
import { RECIPES } from './persistence.ts';

const SYSTEMS: Readonly<Record<HostSystem, string>> = {
  systemd: 'systemd (Debian, Ubuntu, the Red Hat family, SUSE, Arch and others)',
  openrc: 'Alpine, Gentoo (OpenRC)',
  talos: 'Talos',
  bottlerocket: 'Bottlerocket',
  nixos: 'NixOS',
  openshift: 'OpenShift (RHCOS, SCOS)',
  ignition: 'Flatcar, Fedora CoreOS',
  ephemeral: 'Container-Optimized OS, Elemental, Kairos, k3OS (a new /etc at each boot)',
  container: 'a node that is a container (kind, k3d, minikube, LXC)',
};

/** What mends it on each system, now and for the next boot: the very steps that a finding names when nothing else stands in the way. */
export function remedyBySystem({ remedy }: Explanation): { system: string; steps: string[] }[] {
  return Object.entries(RECIPES).map(([system, recipe]) => ({
    system: SYSTEMS[system as HostSystem],
    steps: 'module' in remedy ? recipe.loadModule(remedy.module) : recipe.setSysctl(remedy.sysctl),
  }));
}
