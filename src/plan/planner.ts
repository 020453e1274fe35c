import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { isFleeting } from '../judge/fleeting.ts';
import { worst } from '../judge/verdict.ts';
import type { Finding } from '../rules/rule.ts';
import { keepAdvertisedRoutes } from './advertised-routes.ts';
import { otherBridgesRefusal, sendsToForward } from './bridge-guard.ts';
import { type Chosen, choose, isLost, type Part } from './lost.ts';
import { filesNotOurs, nativeRepair } from './native.ts';
import { repairNextBoot } from './next-boot.ts';
import { ownFiles } from './own-files.ts';
import type { Plan, Refusal, Step } from './plan.ts';
import { repairRunning } from './running.ts';

/** A node that was looked at: what it told, and what the rules made of it. */
export interface JudgedNode {
  node: string;
  facts: NodeFacts;
  findings: readonly Finding[];
}

/** A node that a run turned to; one that gave no answer says why. */
export type ExaminedNode = JudgedNode | { node: string; unknown: string; remedy?: readonly string[] };

export interface PlanOptions {
  /** The ids that --only names: nothing else is repaired, and what is recommended only if it is among them. */
  only?: readonly string[] | undefined;
  /** Somebody has looked at the other bridges of the nodes. */
  allowOtherBridges?: boolean;
  /** The running kernel only: no file is written. */
  runtimeOnly?: boolean;
  /** Files only: an image is being built, whose kernel does not run here. The facts are the image's. */
  filesOnly?: boolean;
}

/**
 * What fix will do on a node. Pure. A plan without steps: there is nothing to do, or nothing that a program can do (then `manual`
 * says what a person can). Never a step for what holds already.
 */
export function planNode(examined: ExaminedNode, profile: ClusterProfile, options: PlanOptions = {}): Plan | Refusal {
  const { node } = examined;
  if ('unknown' in examined) return { node, reason: examined.unknown, remedy: examined.remedy ?? [] };
  const { facts, findings } = examined;
  const chosen = choose(findings, options.only);
  const lost = chosen.filter(({ finding }) => isLost(finding));
  // Of an image nothing is known before it boots, and a line too many does it no harm.
  const refused =
    (options.filesOnly ? undefined : doubt(findings, chosen)) ??
    (lost.length > 0 ? obstruction(lost, examined, profile, options) : undefined);
  if (refused) return { node, ...refused };
  const part = repairs(chosen, lost, facts, profile, options);
  const routes = keepAdvertisedRoutes(part.steps, facts);
  if ('reason' in routes) return { node, ...routes };
  const steps = inOrder([...routes.steps, ...part.steps]);
  const unguarded = options.allowOtherBridges || options.filesOnly;
  const bridges = unguarded ? undefined : otherBridgesRefusal(steps, facts);
  if (bridges) return { node, ...bridges };
  const guards = !unguarded && sendsToForward(steps, facts, profile) && { guards: ['forward'] as const };
  return { node, bootId: facts.boot.id ?? '', steps, ...guards, manual: part.manual };
}

/** Whether a node is refused rather than planned for. */
export function isRefusal(result: Plan | Refusal): result is Refusal {
  return 'reason' in result;
}

/** Nothing is changed on a node of which something that weighs is not known. */
function doubt(findings: readonly Finding[], chosen: readonly Chosen[]): Omit<Refusal, 'node'> | undefined {
  const unknown =
    chosen.find(({ finding }) => finding.now.verdict === 'unknown')?.finding ??
    (worst(findings.map(({ verdict }) => verdict)) === 'unknown'
      ? findings.find(({ verdict }) => verdict === 'unknown')
      : undefined);
  if (!unknown) return undefined;
  const { rule, message, why, remedy } = unknown;
  return { reason: `${rule} is not known: ${message}${why === undefined ? '' : ` (${why})`}`, remedy };
}

/** Why a node that lacks something is not touched, whatever it lacks. */
function obstruction(
  lost: readonly Chosen[],
  { facts }: JudgedNode,
  profile: ClusterProfile,
  { runtimeOnly }: PlanOptions,
): Omit<Refusal, 'node'> | undefined {
  if (!facts.boot.id) {
    return { reason: "the node's boot id was not read, so that a reboot would go unnoticed", remedy: [] };
  }
  if (runtimeOnly) return undefined;
  const notOurs = filesNotOurs(facts, profile);
  if (notOurs !== undefined) {
    const remedy = nativeRepair(lost, facts, profile).flatMap((manual) => manual.remedy);
    return {
      reason: `${notOurs}: no file is written`,
      remedy: [...new Set([...remedy, 'To change the running kernel only: --runtime-only'])],
    };
  }
  if (isFleeting('/var/lib', facts)) {
    return {
      reason: '/var/lib is new at each boot: the journal, by which undo takes back what is written, would be lost',
      remedy: ['To change the running kernel only: --runtime-only'],
    };
  }
  const { obstructed } = ownFiles(facts);
  if (obstructed === undefined) return undefined;
  return {
    reason: `${obstructed} is no plain file: somebody put something in its place`,
    remedy: [`ls -l ${obstructed}`],
  };
}

function repairs(
  chosen: readonly Chosen[],
  lost: readonly Chosen[],
  facts: NodeFacts,
  profile: ClusterProfile,
  { runtimeOnly, filesOnly }: PlanOptions,
): Part {
  if (lost.length === 0) return { steps: [], manual: [] };
  const beyond = lost
    .filter(({ repair }) => repair === undefined)
    .map(({ finding: { rule, message, remedy } }) => ({ rule, message, remedy }));
  const mendable = lost.filter(({ repair }) => repair !== undefined);
  const running: Part = filesOnly ? { steps: [], manual: [] } : repairRunning(mendable, facts, profile);
  const later: Part = !runtimeOnly
    ? repairNextBoot(chosen, facts, profile, running.steps)
    : { steps: [], manual: filesNotOurs(facts, profile) === undefined ? [] : nativeRepair(mendable, facts, profile) };
  return { steps: [...later.steps, ...running.steps], manual: [...running.manual, ...later.manual, ...beyond] };
}

const ORDER: readonly Step['do'][] = ['keep-sysctl', 'keep-module', 'load-module', 'set-sysctl'];

/** Files first; within a kind the order stays, in which accept_ra comes before forwarding. */
function inOrder(steps: readonly Step[]): Step[] {
  return steps.toSorted((a, b) => ORDER.indexOf(a.do) - ORDER.indexOf(b.do));
}
