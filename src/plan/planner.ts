import { isVolatile } from '../boot/volatile.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { Finding } from '../judge/finding.ts';
import type { Rule } from '../judge/rule.ts';
import { worst } from '../judge/verdict.ts';
import { RULES } from '../rules/index.ts';
import { systemOf } from '../systems/index.ts';
import { keepAdvertisedRoutes } from './advertised-routes.ts';
import { otherBridgesRefusal, sendsToForward } from './bridge-guard.ts';
import { type Candidate, candidatesOf, needsRepair, type PartialPlan } from './candidates.ts';
import { nativeRepair } from './native.ts';
import { repairNextBoot } from './next-boot.ts';
import { ownFiles } from './own-files.ts';
import type { Plan, Refusal, Step } from './plan.ts';
import { repairRunning } from './running.ts';

/** A node that was looked at: what it told, and what the rules made of it. */
export interface NodeCheck {
  node: string;
  facts: NodeFacts;
  findings: readonly Finding[];
}

/** A node that a run turned to; one that gave no answer says why. */
export type ExaminedNode = NodeCheck | { node: string; unknown: string; remedy?: readonly string[] };

export interface PlanOptions {
  /** The ids that --only names: nothing else is repaired, and what is recommended only if it is among them. */
  only?: readonly string[] | undefined;
  /** The rules that the findings are of; all by default. */
  rules?: readonly Rule[];
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
  const { rules = RULES } = options;
  const candidates = candidatesOf(findings, rules, options.only);
  const failing = candidates.filter(({ finding }) => needsRepair(finding));
  // Of an image nothing is known before it boots, and a line too many does it no harm.
  const refused =
    (options.filesOnly ? undefined : doubt(findings, candidates, rules)) ??
    (failing.length > 0 ? obstruction(failing, examined, profile, options) : undefined);
  if (refused) return { node, ...refused };
  const part = repairs(candidates, failing, facts, profile, options);
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

/**
 * Nothing is changed on a node of which something is not known that a plan could change. What no plan can repair does not hold up the
 * repair of the rest.
 */
function doubt(
  findings: readonly Finding[],
  candidates: readonly Candidate[],
  rules: readonly Rule[],
): Omit<Refusal, 'node'> | undefined {
  const repairable = ({ rule }: Finding) => rules.find(({ id }) => id === rule)?.requires.repair !== undefined;
  const unknown =
    candidates.find(({ finding, repair }) => repair && finding.now.verdict === 'unknown')?.finding ??
    (worst(findings.map(({ verdict }) => verdict)) === 'unknown'
      ? findings.find((finding) => finding.verdict === 'unknown' && repairable(finding))
      : undefined);
  if (!unknown) return undefined;
  const { rule, message, why, remedy } = unknown;
  return { reason: `${rule} is not known: ${message}${why === undefined ? '' : ` (${why})`}`, remedy };
}

/** Why a node that lacks something is not touched, whatever it lacks. */
function obstruction(
  failing: readonly Candidate[],
  { facts }: NodeCheck,
  profile: ClusterProfile,
  { runtimeOnly }: PlanOptions,
): Omit<Refusal, 'node'> | undefined {
  if (!facts.boot.id) {
    return { reason: "the node's boot id was not read, so that a reboot would go unnoticed", remedy: [] };
  }
  if (runtimeOnly) return undefined;
  const notOurs = systemOf(facts, profile).filesNotWritten(facts);
  if (notOurs !== undefined) {
    const remedy = nativeRepair(failing, facts, profile).flatMap((manual) => manual.remedy);
    return {
      reason: `${notOurs}: no file is written`,
      remedy: [...new Set([...remedy, 'To change the running kernel only: --runtime-only'])],
    };
  }
  if (isVolatile('/var/lib', facts)) {
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
  candidates: readonly Candidate[],
  failing: readonly Candidate[],
  facts: NodeFacts,
  profile: ClusterProfile,
  { runtimeOnly, filesOnly }: PlanOptions,
): PartialPlan {
  if (failing.length === 0) return { steps: [], manual: [] };
  const beyond = failing
    .filter(({ repair }) => repair === undefined)
    .map(({ finding: { rule, message, remedy } }) => ({ rule, message, remedy }));
  const repairable = failing.filter(({ repair }) => repair !== undefined);
  const running: PartialPlan = filesOnly ? { steps: [], manual: [] } : repairRunning(repairable, facts, profile);
  const later: PartialPlan = !runtimeOnly
    ? repairNextBoot(candidates, facts, profile, running.steps)
    : {
        steps: [],
        manual:
          systemOf(facts, profile).filesNotWritten(facts) === undefined ? [] : nativeRepair(repairable, facts, profile),
      };
  return { steps: [...later.steps, ...running.steps], manual: [...running.manual, ...later.manual, ...beyond] };
}

const ORDER: readonly Step['do'][] = ['keep-sysctl', 'keep-module', 'load-module', 'set-sysctl'];

/** Files first; within a kind the order stays, in which accept_ra comes before forwarding. */
function inOrder(steps: readonly Step[]): Step[] {
  return steps.toSorted((a, b) => ORDER.indexOf(a.do) - ORDER.indexOf(b.do));
}
