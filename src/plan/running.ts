import type { ModuleName } from '../boot/module-boot.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { otherBridgesInUse } from '../judge/bridges.ts';
import { SHOWN_BY, whyInactive } from '../judge/module.ts';
import { isOn, sysctlPath } from '../judge/reading.ts';
import { obstacleTo } from '../judge/remedy.ts';
import { excerpt } from '../text/excerpt.ts';
import { type Chosen, isLostNow, type Part } from './lost.ts';
import type { Manual, Step } from './plan.ts';

/**
 * What repairs the running kernel: modules first, then the sysctls, those that come with a module among them.
 * @param lost findings that fail now or at the next boot; the latter ask for nothing here
 */
export function repairRunning(lost: readonly Chosen[], facts: NodeFacts, profile: ClusterProfile): Part {
  const now = lost.filter(({ finding }) => isLostNow(finding));
  const modules = inactiveModules(now, facts).map((name) => ({
    name,
    part: activate(name, ruleOf(name, now), facts, profile),
  }));
  const sysctls = now.map((chosen) => {
    const module = modules.find(({ name }) => name === chosen.repair?.module);
    // Whatever keeps the module away has been said of the module.
    return module && module.part.steps.length === 0 ? NOTHING : setSysctl(chosen, facts, module !== undefined);
  });
  const parts = [...modules.map(({ part }) => part), ...sysctls];
  return { steps: parts.flatMap(({ steps }) => steps), manual: parts.flatMap(({ manual }) => manual) };
}

/** Said of a line that stands in the way: fix edits no file but its own. */
export const DECISION = "(somebody's decision: not edited)";
export const AGAIN = 'Then run fix again';

const NOTHING: Part = { steps: [], manual: [] };

/** The modules that are not at work, of those that are lost now. */
function inactiveModules(now: readonly Chosen[], { sysctls }: NodeFacts): ModuleName[] {
  const names = new Set(now.flatMap(({ repair }) => repair?.module ?? []));
  return [...names].filter((name) => sysctls[SHOWN_BY[name]]?.is === 'absent');
}

/**
 * The modules that the plan for the running kernel could not bring.
 * @param repaired the node as it will be after that plan
 */
export function blockedModules(lost: readonly Chosen[], repaired: NodeFacts): ModuleName[] {
  return inactiveModules(
    lost.filter(({ finding }) => isLostNow(finding)),
    repaired,
  );
}

/** The module's own rule where that is among them, else the first that needs the module. */
export function ruleOf(name: ModuleName, chosen: readonly Chosen[]): string {
  const needing = chosen.filter(({ repair }) => repair?.module === name);
  return (needing.find(({ repair }) => repair?.sysctl === undefined) ?? needing[0])?.finding.rule ?? name;
}

function activate(name: ModuleName, rule: string, facts: NodeFacts, profile: ClusterProfile): Part {
  const inactivity = whyInactive(name, facts);
  const { cause, why, denial } = inactivity;
  // modprobe by name heeds no blacklist: that one only matters at the boot.
  if (cause === 'not-loaded' || (cause === 'deny-listed' && denial?.stops !== 'everybody')) {
    const others = name === 'br_netfilter' ? otherBridgesInUse(facts) : [];
    const hazard = others.length > 0 ? `; this also filters ${excerpt(others.join(', '))}` : '';
    return { steps: [{ do: 'load-module', module: name, before: 'absent', why: `${why}${hazard}` }], manual: [] };
  }
  const decision = cause === 'deny-listed' ? ` ${DECISION}` : '';
  // A reboot brings the module by itself; after anything else somebody has to come back.
  const again = cause === 'deny-listed' || cause === 'not-shipped' ? [AGAIN] : [];
  const remedy = [...obstacleTo(name, facts, profile, inactivity), ...again];
  const manual: Manual = { rule, message: `${name} cannot be loaded: ${why}${decision}`, remedy };
  return { steps: [], manual: [manual] };
}

/** @param comes whether the plan loads the module that brings the sysctl */
function setSysctl({ finding, repair }: Chosen, facts: NodeFacts, comes: boolean): Part {
  const { rule, message, why, remedy, now } = finding;
  const key = repair?.sysctl;
  if (repair?.module && key === undefined) return NOTHING;
  const reading = key === undefined ? undefined : facts.sysctls[key];
  const set = (before: string, because: string): Part => {
    const step: Step[] = key === undefined ? [] : [{ do: 'set-sysctl', key, before, after: '1', why: because }];
    return { steps: step, manual: [] };
  };
  if (comes && key !== undefined && reading?.is === 'absent') {
    return set('absent', `the sysctl comes with ${repair?.module}, and is 1 then unless something sets it`);
  }
  // A finding may fail for another reason than the value of its switch, which then is no remedy.
  const off = reading?.is === 'value' && isOn(reading.value) === false;
  if (off && (now.verdict === 'skip' || isOn(now.actual ?? '') === false)) return set(reading.value, why ?? message);
  if (now.verdict === 'skip' && reading?.is === 'value') return NOTHING;
  const said = now.verdict === 'skip' && key !== undefined ? `${sysctlPath(key)} was not read` : message;
  return { steps: [], manual: [{ rule, message: why === undefined ? said : `${said}: ${why}`, remedy }] };
}
