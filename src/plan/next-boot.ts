import type { ModuleName } from '../boot/module-boot.ts';
import { inRunlevel, isAlpineOpenrc } from '../boot/openrc.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { moduleAtBoot, sysctlAtBoot } from '../judge/boot.ts';
import type { BootJudgement, State } from '../rules/rule.ts';
import { hostSystem } from '../systems/host-system.ts';
import { foresee } from './foresee.ts';
import { type Chosen, isLost, type Part } from './lost.ts';
import { ownFiles } from './own-files.ts';
import type { Manual, Step } from './plan.ts';
import { AGAIN, blockedModules, DECISION, ruleOf } from './running.ts';

/**
 * What repairs the next boot: lines of our own files, each for something that the boot does not get right without it. The boot is
 * simulated with them in place, modules before sysctls, because a module that comes early lets lines count that did not: what
 * still fails then is a person's.
 * @param running the steps that repair the running kernel
 */
export function repairNextBoot(
  chosen: readonly Chosen[],
  facts: NodeFacts,
  profile: ClusterProfile,
  running: readonly Step[],
): Part {
  const repaired = foresee(facts, running);
  const lost = chosen.filter(({ finding }) => isLost(finding));
  const modules = keepModules(lost, repaired, profile, new Set(blockedModules(lost, repaired)));
  const withModules = foresee(repaired, modules.steps);
  const sysctls = keepSysctls(chosen, withModules, profile);
  const manual = [
    ...modules.manual,
    ...sysctls.manual,
    ...outOfRunlevels([...modules.steps, ...sysctls.steps], chosen, facts, profile),
    ...reapplied(chosen, foresee(withModules, sysctls.steps), profile, [...running, ...sysctls.steps]),
  ];
  return { steps: [...sysctls.steps, ...modules.steps], manual };
}

/** @param blocked modules that cannot be loaded now, of which has been said what stands in the way */
function keepModules(
  lost: readonly Chosen[],
  facts: NodeFacts,
  profile: ClusterProfile,
  blocked: ReadonlySet<ModuleName>,
): Part {
  const own = ownFiles(facts);
  const parts = [...new Set(lost.flatMap(({ repair }) => repair?.module ?? []))].map((name): Part => {
    const unaided = moduleAtBoot(name, facts, profile);
    if (unaided.boot.verdict === 'pass') return { steps: [], manual: [] };
    const why = unaided.why ?? `${name} has to come back after a reboot`;
    const line: Step = { do: 'keep-module', module: name, before: 'absent', why };
    const aided = moduleAtBoot(name, foresee(facts, [line]), profile);
    const rule = ruleOf(name, lost);
    // A line for a module that cannot come would be an error of every boot, unless it waits for a service to be switched on.
    if (aided.boot.verdict !== 'fail' || waitsForService(name, facts, profile)) {
      return { steps: own.modules.includes(name) ? [] : [line], manual: unkept(rule, aided) };
    }
    const manual = blocked.has(name) ? [] : unkept(rule, aided, 'and a line of ours would not change that', [AGAIN]);
    return { steps: [], manual };
  });
  return { steps: parts.flatMap(({ steps }) => steps), manual: parts.flatMap(({ manual }) => manual) };
}

function waitsForService(name: ModuleName, facts: NodeFacts, profile: ClusterProfile): boolean {
  const { boot } = facts;
  const services = {
    ...boot,
    maskedUnits: [],
    absentUnits: [],
    ...(boot.runlevels && { runlevels: ['boot/modules', 'boot/sysctl'] }),
  };
  const line: Step = { do: 'keep-module', module: name, before: 'absent', why: '' };
  return moduleAtBoot(name, foresee({ ...facts, boot: services }, [line]), profile).boot.verdict === 'pass';
}

function keepSysctls(chosen: readonly Chosen[], facts: NodeFacts, profile: ClusterProfile): Part {
  const own = ownFiles(facts);
  const needed = chosen.flatMap(({ finding, repair }) => {
    const key = repair?.sysctl;
    if (key === undefined) return [];
    const { boot, why, message } = sysctlAtBoot(key, facts, profile);
    if (boot.verdict === 'pass' || (boot.verdict === 'unknown' && !isLost(finding))) return [];
    const before = own.sysctls.get(key) ?? 'absent';
    const step: Step = { do: 'keep-sysctl', key, before, after: '1', why: why ?? message ?? finding.message };
    return [step];
  });
  const aided = foresee(facts, needed);
  return {
    // A line that does not win yet does no harm, and decides as soon as what stands in its way is gone.
    steps: needed.filter((step) => !('after' in step && step.before === step.after)),
    manual: chosen.flatMap(({ finding, repair, atBoot }) => {
      const judged = repair?.sysctl === undefined ? undefined : atBoot?.(aided, profile);
      if (!judged || (judged.boot.verdict === 'unknown' && !isLost(finding))) return [];
      return unkept(finding.rule, judged);
    }),
  };
}

/** What a person has to do where the next boot does not come right with our lines either. */
function unkept(
  rule: string,
  { boot, message = '', why, obstacle = [] }: BootJudgement,
  although = 'with this plan too',
  then: readonly string[] = [],
): Manual[] {
  if (boot.verdict === 'pass') return [];
  const because = why === undefined ? '' : `: ${why}`;
  const decision = obstacle.length > 0 ? ` ${DECISION}` : '';
  return [{ rule, message: `${message}, ${although}${because}${decision}`, remedy: [...obstacle, ...then] }];
}

/** OpenRC reads the files only in services that a person has to put into a runlevel. */
function outOfRunlevels(
  steps: readonly Step[],
  chosen: readonly Chosen[],
  facts: NodeFacts,
  profile: ClusterProfile,
): Manual[] {
  if (hostSystem(facts, profile) !== 'openrc') return [];
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
        ? `OpenRC's service ${name}, which reads our file at the boot, is in no runlevel`
        : `whether OpenRC's service ${name}, which reads our file at the boot, is in a runlevel was not read`;
    return [
      {
        rule: chosen.find(({ finding }) => isLost(finding))?.finding.rule ?? name,
        message,
        remedy: [`rc-update add ${name} boot`],
      },
    ];
  });
}

/** Where `sysctl --system` would undo what the plan sets: it reads /etc/sysctl.conf last, after our file. */
function reapplied(
  chosen: readonly Chosen[],
  facts: NodeFacts,
  profile: ClusterProfile,
  steps: readonly Step[],
): Manual[] {
  const touched = new Set(steps.flatMap((step) => ('key' in step ? [step.key] : [])));
  return chosen.flatMap(({ finding, repair }) => {
    const key = repair?.sysctl;
    if (key === undefined || !touched.has(key)) return [];
    const { boot, reapply } = sysctlAtBoot(key, facts, profile);
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
