import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { type HostSystem, hostSystem } from '../systems/host-system.ts';
import { persistent, RECIPES } from '../systems/persistence.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Chosen } from './lost.ts';
import type { Manual } from './plan.ts';
import { snippet } from './snippets.ts';

/** Why fix leaves the files of a system alone; undefined: they are the administrator's, and a line in them lasts. */
const NOT_OURS: Readonly<Record<HostSystem, string | undefined>> = {
  systemd: undefined,
  openrc: undefined,
  talos: 'Talos keeps its settings in the machine config',
  bottlerocket: 'Bottlerocket keeps its settings behind apiclient',
  nixos: 'NixOS generates its files from configuration.nix',
  openshift: "the Machine Config Operator owns this node's files, and marks the node degraded when they are changed",
  ignition: "this node's files come from its Butane/Ignition config, which makes the next node too",
  ephemeral: '/etc is new at each boot of this system',
  container: 'this node is a container',
};

/** Why no file of this node is written; undefined: they may be. */
export function filesNotOurs(facts: NodeFacts, profile: ClusterProfile): string | undefined {
  const system = hostSystem(facts, profile);
  return system === 'container' ? `this node is a container (${excerpt(`${facts.container}`)})` : NOT_OURS[system];
}

/** How such a system keeps what the next boot lacks, in its own terms; one entry per finding, or one for all where it has one document. */
export function nativeRepair(lost: readonly Chosen[], facts: NodeFacts, profile: ClusterProfile): Manual[] {
  const system = hostSystem(facts, profile);
  const recipe = RECIPES[system];
  const lacking = lost.filter(({ finding, repair }) => finding.boot?.verdict !== 'pass' && repair !== undefined);
  const document = documentFor(lacking, system, facts);
  if (document) return [document];
  return lacking.flatMap(({ finding, repair }) => {
    const { rule, message } = finding;
    if (!repair) return [];
    const steps = repair.sysctl
      ? recipe.setSysctl(repair.sysctl)
      : repair.module
        ? recipe.loadModule(repair.module)
        : [];
    return [{ rule, message, remedy: persistent(steps) }];
  });
}

function documentFor(lacking: readonly Chosen[], system: HostSystem, { os }: NodeFacts): Manual | undefined {
  const [first] = lacking;
  const modules = new Set(lacking.flatMap(({ repair }) => repair?.module ?? []));
  const sysctls = new Set(lacking.flatMap(({ repair }) => repair?.sysctl ?? []));
  const remedy = snippet(system, { modules: [...modules], sysctls: [...sysctls] }, os.id);
  if (!first || !remedy) return undefined;
  const message = lacking.map(({ finding }) => finding.message).join('; ');
  return { rule: first.finding.rule, message, remedy };
}
