import type { Distribution } from '../distributions/distribution.ts';
import { k0s } from '../distributions/k0s.ts';
import { k3s } from '../distributions/k3s.ts';
import { kops } from '../distributions/kops.ts';
import { microk8s } from '../distributions/microk8s.ts';
import { rke2 } from '../distributions/rke2.ts';
import type { BootInputs } from '../facts/facts.ts';
import { startedUnits } from './unit-starts.ts';

/** What an agent does each time it starts. */
type Agent = NonNullable<Distribution['atStart']>;

/** Switches IPv4 forwarding on, and sets the policy of FORWARD to DROP where it did so. */
export const DOCKERD = 'dockerd';

/** The units of agents that set sysctls or load modules by themselves. The probe looks for these names (units.sh). */
const AGENTS: readonly (readonly [units: RegExp, agent: Agent])[] = [
  [/^k3s(?:-agent)?\.service$/, k3s.atStart],
  [/^rke2-(?:server|agent)\.service$/, rke2.atStart],
  [/^k0s(?:controller|worker)\.service$/, k0s.atStart],
  [/^snap\.microk8s\.daemon-kubelite\.service$/, microk8s.atStart],
  [/^kops-configuration\.service$/, kops.atStart],
  [/^docker\.service$/, { agent: DOCKERD, sysctls: () => ['net.ipv4.ip_forward'] }],
];

/** The agents that every boot of the node starts, by their units, or by OpenRC's services of the same names. */
export function agentsOfUnits(boot: BootInputs): Agent[] {
  const { started, units } = startedUnits(boot);
  const services = boot.init === 'systemd' ? [] : (boot.runlevels ?? []);
  const names = [
    ...[...started].filter((name) => units.has(name)),
    ...services.map((service) => `${service.slice(service.indexOf('/') + 1)}.service`),
  ];
  const found = AGENTS.flatMap(([pattern, agent]) => (names.some((name) => pattern.test(name)) ? [agent] : []));
  return found.filter(({ agent }) => agent !== DOCKERD || !leavesForwarding(boot));
}

/** dockerd was told to leave forwarding alone. */
function leavesForwarding(boot: BootInputs): boolean {
  const { settings = [] } = startedUnits(boot).units.get('docker.service') ?? {};
  const file = boot.mentions?.find(({ path }) => path === '/etc/docker/daemon.json');
  return (
    settings.some(({ key, value }) => key === 'ExecStart' && /--ip-forward[= ]false\b/.test(value)) ||
    file?.lines.some(({ text }) => /"ip-forward"\s*:\s*false\b/.test(text)) === true
  );
}
