import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { Action } from '../systems/action.ts';
import { systemOf } from '../systems/index.ts';
import { render } from '../systems/render.ts';
import type { System } from '../systems/system.ts';
import type { Candidate } from './candidates.ts';
import type { Manual } from './plan.ts';

/** How a system whose files are not ours keeps what the next boot lacks, in its own terms; one entry per finding, or one for all where it has one document. */
export function nativeRepair(failing: readonly Candidate[], facts: NodeFacts, profile: ClusterProfile): Manual[] {
  const system = systemOf(facts, profile);
  const lacking = failing.filter(({ finding, repair }) => finding.boot?.verdict !== 'pass' && repair !== undefined);
  const document = documentFor(lacking, system, facts);
  if (document) return [document];
  return lacking.flatMap(({ finding, repair }) => {
    const { rule, message } = finding;
    if (repair?.file) return [{ rule, message, remedy: finding.remedy }];
    const action: Action[] = repair?.sysctl
      ? [{ do: 'keep-sysctl', key: repair.sysctl.key, to: repair.sysctl.to }]
      : repair?.module
        ? [{ do: 'keep-module', module: repair.module.name }]
        : [];
    return [{ rule, message, remedy: render(action, system, facts.os) }];
  });
}

function documentFor(lacking: readonly Candidate[], system: System, facts: NodeFacts): Manual | undefined {
  const [first] = lacking;
  if (!first || !system.document) return undefined;
  const modules = new Set(lacking.flatMap(({ repair }) => repair?.module?.name ?? []));
  const sysctls = new Map(
    lacking.flatMap(({ repair }) => (repair?.sysctl ? [[repair.sysctl.key, repair.sysctl]] : [])),
  );
  const message = lacking.map(({ finding }) => finding.message).join('; ');
  const remedy = system.document({ modules: [...modules], sysctls: [...sysctls.values()] }, facts);
  return { rule: first.finding.rule, message, remedy };
}
