import { inRunlevel, isAlpineOpenrc } from '../boot/openrc.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { moduleAtBoot, sysctlAtBoot } from '../judge/boot-result.ts';
import type { State } from '../judge/finding.ts';
import { nodeContext } from '../judge/node-context.ts';
import { byUnknownInit } from '../judge/remedy.ts';
import type { BootResult } from '../judge/rule.ts';
import type { Action } from '../systems/action.ts';
import { systemOf } from '../systems/index.ts';
import { OWN_FILES } from '../systems/own-files.ts';
import { render } from '../systems/render.ts';
import type { Advice } from '../text/advice.ts';
import { type Candidate, failsNow, needsRepair, type PartialPlan } from './candidates.ts';
import { factsAfter } from './facts-after.ts';
import { ownFiles } from './own-files.ts';
import type { Manual, Step } from './plan.ts';
import { AGAIN, blockedModules, NOT_EDITED, ruleOf } from './running.ts';

/**
 * What repairs the next boot: lines of our own files, each for something that the boot does not get right without it. The boot is
 * simulated with them in place, modules before sysctls, because a module that comes early lets lines count that did not: what
 * still fails then is a person's.
 * @param running the steps that repair the running kernel
 */
export function repairNextBoot(
  candidates: readonly Candidate[],
  facts: NodeFacts,
  profile: ClusterProfile,
  running: readonly Step[],
): PartialPlan {
  const repaired = factsAfter(facts, running);
  const failing = candidates.filter(({ finding }) => needsRepair(finding));
  const modules = keepModules(failing, repaired, profile, new Set(blockedModules(failing, repaired)));
  const withModules = factsAfter(repaired, modules.steps);
  const sysctls = keepSysctls(candidates, withModules, profile);
  const manual = [
    ...modules.manual,
    ...sysctls.manual,
    ...outOfRunlevels([...modules.steps, ...sysctls.steps], candidates, facts, profile),
    ...reapplied(candidates, factsAfter(withModules, sysctls.steps), profile, [...running, ...sysctls.steps]),
  ];
  return { steps: [...sysctls.steps, ...modules.steps], manual };
}

/** @param blocked modules that cannot be loaded now, of which has been said what stands in the way */
function keepModules(
  failing: readonly Candidate[],
  facts: NodeFacts,
  profile: ClusterProfile,
  blocked: ReadonlySet<string>,
): PartialPlan {
  const own = ownFiles(facts);
  const modules = new Map(
    failing.flatMap(({ repair }) => (repair?.module ? [[repair.module.name, repair.module]] : [])),
  );
  const parts = [...modules.values()].map((module): PartialPlan => {
    const { name } = module;
    // Once the plan has loaded it, it is there; that does not make anybody ask for it at the boot.
    const onDemand =
      module.onDemand === true && !failing.some((one) => one.repair?.module === module && failsNow(one.finding));
    const atBoot = (after: NodeFacts) => moduleAtBoot(name, nodeContext(after, profile), onDemand);
    const unaided = atBoot(facts);
    if (unaided.boot.verdict === 'pass') return { steps: [], manual: [] };
    const why = unaided.why ?? `${name} must be loaded again after a reboot`;
    const line: Step = { do: 'keep-module', module: name, before: 'absent', why };
    const aided = atBoot(factsAfter(facts, [line]));
    const rule = ruleOf(name, failing);
    const waits = () => atBoot(factsAfter(withServices(facts), [line])).boot.verdict === 'pass';
    // A line for a module that cannot come would be an error of every boot, unless it waits for a service to be switched on.
    if (aided.boot.verdict !== 'fail' || waits()) {
      const manual = unkept(
        rule,
        aided,
        facts,
        profile,
        undefined,
        byUnknownInit('modules', facts, systemOf(facts, profile)),
      );
      return { steps: own.modules.includes(name) ? [] : [line], manual };
    }
    const manual = blocked.has(name)
      ? []
      : unkept(rule, aided, facts, profile, 'and a line of netprereq would not change that', [AGAIN]);
    return { steps: [], manual };
  });
  return { steps: parts.flatMap(({ steps }) => steps), manual: parts.flatMap(({ manual }) => manual) };
}

/** The node with the services that read our files switched on. */
function withServices(facts: NodeFacts): NodeFacts {
  const { boot } = facts;
  const runlevels = boot.runlevels && { runlevels: ['boot/modules', 'boot/sysctl'] };
  return { ...facts, boot: { ...boot, maskedUnits: [], absentUnits: [], ...runlevels } };
}

function keepSysctls(candidates: readonly Candidate[], facts: NodeFacts, profile: ClusterProfile): PartialPlan {
  const own = ownFiles(facts);
  const node = nodeContext(facts, profile);
  const needed = candidates.flatMap(({ finding, repair, whole = finding }) => {
    if (repair?.sysctl === undefined) return [];
    const { key, to, comparator } = repair.sysctl;
    const { boot, why, message } = sysctlAtBoot(key, comparator, node);
    if (boot.verdict === 'pass' || (boot.verdict === 'unknown' && !needsRepair(whole))) return [];
    const before = own.sysctls.get(key) ?? 'absent';
    const step: Step = { do: 'keep-sysctl', key, before, after: to, why: why ?? message ?? finding.message };
    return [step];
  });
  const aided = nodeContext(factsAfter(facts, needed), profile);
  return {
    // A line that does not win yet does no harm, and decides as soon as what stands in its way is gone.
    steps: needed.filter((step) => !('after' in step && step.before === step.after)),
    manual: candidates.flatMap(({ finding, repair, rule }) => {
      const result = repair?.sysctl === undefined ? undefined : rule?.requires.atBoot?.(aided);
      if (!result || (result.boot.verdict === 'unknown' && !needsRepair(finding))) return [];
      return unkept(
        finding.rule,
        result,
        facts,
        profile,
        undefined,
        byUnknownInit('sysctl', facts, systemOf(facts, profile)),
      );
    }),
  };
}

/** What a person has to do where the next boot does not come right with our lines either. */
function unkept(
  rule: string,
  { boot, message = '', why, obstacle = [] }: BootResult,
  facts: NodeFacts,
  profile: ClusterProfile,
  although = 'with this plan too',
  then: readonly Advice[] = [],
): Manual[] {
  if (boot.verdict === 'pass') return [];
  const because = why === undefined ? '' : `: ${why}`;
  const decision = obstacle.some(isForeignLine) ? ` ${NOT_EDITED}` : '';
  return [
    {
      rule,
      message: `${message}, ${although}${because}${decision}`,
      remedy: [...render(obstacle, systemOf(facts, profile), facts.os), ...then],
    },
  ];
}

/** A service that is off is no line, and a line of our own file fix does edit. */
function isForeignLine(action: Action): boolean {
  if (typeof action === 'string' || !('do' in action)) return false;
  const { sysctl, modules } = OWN_FILES;
  return action.do === 'comment-out' ? action.file !== sysctl && action.file !== modules : action.do === 'remove-word';
}

/** OpenRC reads the files only in services that a person has to put into a runlevel. */
function outOfRunlevels(
  steps: readonly Step[],
  candidates: readonly Candidate[],
  facts: NodeFacts,
  profile: ClusterProfile,
): Manual[] {
  if (systemOf(facts, profile).id !== 'openrc') return [];
  const services = [
    { name: 'modules', used: steps.some((step) => step.do === 'keep-module') },
    { name: 'sysctl', used: steps.some((step) => step.do === 'keep-sysctl') },
  ] as const;
  return services.flatMap(({ name, used }) => {
    const known = inRunlevel(facts.boot, name);
    // Of Alpine's services that are in none, the simulated boot has told.
    if (!used || known || (known === false && isAlpineOpenrc(facts))) return [];
    const message =
      known === false
        ? `OpenRC's service ${name}, which reads the file of netprereq at boot, is in no runlevel`
        : `whether OpenRC's service ${name}, which reads the file of netprereq at boot, is in a runlevel was not read`;
    return [
      {
        rule: candidates.find(({ finding }) => needsRepair(finding))?.finding.rule ?? name,
        message,
        remedy: render([{ do: 'add-to-runlevel', service: name }], systemOf(facts, profile), facts.os),
      },
    ];
  });
}

/** Where `sysctl --system` would undo what the plan sets: it reads /etc/sysctl.conf last, after our file. */
function reapplied(
  candidates: readonly Candidate[],
  facts: NodeFacts,
  profile: ClusterProfile,
  steps: readonly Step[],
): Manual[] {
  const node = nodeContext(facts, profile);
  const touched = new Set(steps.flatMap((step) => ('key' in step ? [step.key] : [])));
  return candidates.flatMap(({ finding, repair }) => {
    if (repair?.sysctl === undefined || !touched.has(repair.sysctl.key)) return [];
    const { key, comparator } = repair.sysctl;
    const { boot, reapply } = sysctlAtBoot(key, comparator, node);
    if (boot.verdict !== 'pass' || reapply?.verdict !== 'fail') return [];
    const from = fileOf(reapply);
    const message = `sysctl --system would set ${key} to ${reapply.actual} again${from ? `: ${from} decides there` : ''}`;
    return [
      {
        rule: finding.rule,
        message,
        remedy: [from ? `Remove ${from}, or do not run sysctl --system` : 'Do not run sysctl --system'],
      },
    ];
  });
}

function fileOf({ source }: State): string | undefined {
  return source && 'file' in source ? place(source) : undefined;
}
