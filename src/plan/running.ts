import { otherBridgesInUse } from '../boot/pod-bridges.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { isOn, numberIn } from '../judge/comparator.ts';
import { whyInactive } from '../judge/module-state.ts';
import { nodeContext } from '../judge/node-context.ts';
import { sysctlPath } from '../judge/reading.ts';
import { clearWayFor } from '../judge/remedy.ts';
import type { Repair } from '../judge/rule.ts';
import { render } from '../systems/render.ts';
import { excerpt } from '../text/excerpt.ts';
import { type Candidate, failsNow, type PartialPlan } from './candidates.ts';
import type { Manual, Step } from './plan.ts';

/**
 * What repairs the running kernel: modules first, then the sysctls, those that come with a module among them.
 * @param failing findings that fail now or at the next boot; the latter ask for nothing here
 */
export function repairRunning(failing: readonly Candidate[], facts: NodeFacts, profile: ClusterProfile): PartialPlan {
  const now = failing.filter(({ finding }) => failsNow(finding));
  const modules = inactiveModules(now, facts).map((name) => ({
    name,
    part: activate(name, ruleOf(name, now), facts, profile),
  }));
  const sysctls = now.map((candidate) => {
    const module = modules.find(({ name }) => name === candidate.repair?.module?.name);
    // Whatever keeps the module away has been said of the module.
    return module && module.part.steps.length === 0 ? NOTHING : setSysctl(candidate, facts, module !== undefined);
  });
  const parts = [...modules.map(({ part }) => part), ...sysctls];
  return { steps: parts.flatMap(({ steps }) => steps), manual: parts.flatMap(({ manual }) => manual) };
}

/** Said of a line that stands in the way: fix edits no file but its own. */
export const NOT_EDITED = '(not edited: netprereq changes only its own files)';
export const AGAIN = 'Then run fix again';

const NOTHING: PartialPlan = { steps: [], manual: [] };

/** The modules that are not active, of those that fail now. */
function inactiveModules(now: readonly Candidate[], { sysctls }: NodeFacts): string[] {
  const modules = now.flatMap(({ repair }) => repair?.module ?? []);
  return [...new Set(modules.filter(({ shownBy }) => sysctls[shownBy]?.is === 'absent').map(({ name }) => name))];
}

/**
 * The modules that the plan for the running kernel could not bring.
 * @param repaired the node as it will be after that plan
 */
export function blockedModules(failing: readonly Candidate[], repaired: NodeFacts): string[] {
  return inactiveModules(
    failing.filter(({ finding }) => failsNow(finding)),
    repaired,
  );
}

/** The module's own rule where that is among them, else the first that needs the module. */
export function ruleOf(name: string, candidates: readonly Candidate[]): string {
  const needing = candidates.filter(({ repair }) => repair?.module?.name === name);
  return (needing.find(({ repair }) => repair?.sysctl === undefined) ?? needing[0])?.finding.rule ?? name;
}

function activate(name: string, rule: string, facts: NodeFacts, profile: ClusterProfile): PartialPlan {
  const inactivity = whyInactive(name, facts);
  const { cause, why, denial, instead } = inactivity;
  // modprobe by name heeds no blacklist: that one only matters at the boot.
  if ((cause === 'not-loaded' && instead === undefined) || (cause === 'deny-listed' && denial?.stops !== 'everybody')) {
    const others = name === 'br_netfilter' ? otherBridgesInUse(facts, profile) : [];
    const hazard = others.length > 0 ? `; this also filters ${excerpt(others.join(', '))}` : '';
    return { steps: [{ do: 'load-module', module: name, before: 'absent', why: `${why}${hazard}` }], manual: [] };
  }
  const decision = cause === 'deny-listed' ? ` ${NOT_EDITED}` : '';
  // A reboot brings the module by itself; after anything else somebody has to come back.
  const again = cause === 'deny-listed' || cause === 'not-shipped' ? [AGAIN] : [];
  const node = nodeContext(facts, profile);
  const remedy = [...render(clearWayFor(name, node, inactivity), node.system, facts.os), ...again];
  const manual: Manual = { rule, message: `${name} cannot be loaded: ${why}${decision}`, remedy };
  return { steps: [], manual: [manual] };
}

/** @param comes whether the plan loads the module that brings the sysctl */
function setSysctl({ finding, repair }: Candidate, facts: NodeFacts, comes: boolean): PartialPlan {
  const { rule, message, why, remedy, now } = finding;
  const wanted = repair?.sysctl;
  if (repair?.module && wanted === undefined) return NOTHING;
  const reading = wanted === undefined ? undefined : facts.sysctls[wanted.key];
  const set = (before: string, because: string): PartialPlan => {
    const step: Step[] =
      wanted === undefined ? [] : [{ do: 'set-sysctl', key: wanted.key, before, after: wanted.to, why: because }];
    return { steps: step, manual: [] };
  };
  if (comes && wanted !== undefined && reading?.is === 'absent') {
    return set(
      'absent',
      `the sysctl appears when ${repair?.module?.name} is loaded, and is then 1 unless something sets it`,
    );
  }
  // A finding may fail for another reason than the value of its sysctl, which then is no remedy.
  const wrong = reading?.is === 'value' && isWrong(reading.value, wanted);
  if (wrong && (now.verdict === 'skip' || isWrong(now.actual ?? '', wanted))) return set(reading.value, why ?? message);
  if (now.verdict === 'skip' && reading?.is === 'value') return NOTHING;
  const said = now.verdict === 'skip' && wanted !== undefined ? `${sysctlPath(wanted.key)} was not read` : message;
  return { steps: [], manual: [{ rule, message: why === undefined ? said : `${said}: ${why}`, remedy }] };
}

/** Whether a value is a number that differs from the wanted one; of a switch, whether it is off. */
function isWrong(value: string, wanted: Repair['sysctl']): boolean {
  if (wanted?.to === '1') return isOn(value) === false;
  return numberIn(value) !== undefined && value.trim() !== wanted?.to;
}
