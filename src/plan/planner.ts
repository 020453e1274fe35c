import { isVolatile } from '../boot/volatile.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { evaluateImage, evaluateNode } from '../judge/evaluate.ts';
import { isPolicyRule } from '../judge/find-rules.ts';
import type { Finding } from '../judge/finding.ts';
import { nodeProfile } from '../judge/node-profile.ts';
import { type Rule, repairsOf } from '../judge/rule.ts';
import { worst } from '../judge/verdict.ts';
import { RULES } from '../rules/index.ts';
import { systemOf } from '../systems/index.ts';
import { distinct } from '../text/advice.ts';
import { keepAdvertisedRoutes } from './advertised-routes.ts';
import { otherBridgesRefusal, sendsToForward } from './bridge-guard.ts';
import { type Candidate, candidatesOf, needsRepair, type PartialPlan } from './candidates.ts';
import { textOf } from './journal.ts';
import { nativeRepair } from './native.ts';
import { repairNextBoot } from './next-boot.ts';
import type { Plan, Refusal, Step } from './plan.ts';
import { repairRunning } from './running.ts';
import { untouchable } from './untouchable.ts';

/** A node that was looked at: what it told, and what the rules made of it. */
export interface NodeCheck {
  node: string;
  facts: NodeFacts;
  findings: readonly Finding[];
}

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
export function planNode(examined: NodeCheck, cluster: ClusterProfile, options: PlanOptions = {}): Plan | Refusal {
  const { node, facts, findings } = examined;
  const { profile } = nodeProfile(cluster, facts);
  const { rules = RULES } = options;
  const candidates = candidatesOf(findings, rules, options.only, partsOf(facts, profile, options));
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
  const torn = contradiction(steps) ?? harm(steps, failing, examined, profile, rules);
  if (torn !== undefined)
    return { node, reason: torn, remedy: ['Change the policy (--policy) so that it agrees with the rules'] };
  const barred = steps.length > 0 ? untouchable(steps, facts, node) : undefined;
  if (barred) return barred;
  const unguarded = options.allowOtherBridges || options.filesOnly;
  const bridges = unguarded ? undefined : otherBridgesRefusal(steps, facts, profile);
  if (bridges) return { node, ...bridges };
  const guards = !unguarded && sendsToForward(steps, facts, profile) && { guards: ['forward'] as const };
  return { node, bootId: facts.boot.id ?? '', steps, ...guards, manual: part.manual };
}

/** A rule of several requirements, judged as if each were a rule of its own: each is repaired for itself. */
function partsOf(facts: NodeFacts, profile: ClusterProfile, { filesOnly }: PlanOptions) {
  const judge = filesOnly ? evaluateImage : evaluateNode;
  return (rule: Rule): Candidate[] =>
    (rule.requires.parts ?? []).flatMap((requires) => {
      const part: Rule = { ...rule, requires };
      return judge(profile, facts, [part]).map((finding) => ({ finding, repair: requires.repair, rule: part }));
    });
}

/** Two steps that want different values of one sysctl: rules that cannot both hold. */
function contradiction(steps: readonly Step[]): string | undefined {
  const wanted = new Map<string, string>();
  for (const step of steps) {
    if (!('after' in step)) continue;
    const other = wanted.get(step.key);
    if (other !== undefined && other !== step.after)
      return `rules contradict each other: ${step.key} is to be ${other} and ${step.after}`;
    wanted.set(step.key, step.after);
  }
  return undefined;
}

/** A step that would make a rule fail which passes now: what a policy demands may be what the network cannot do without. */
function harm(
  steps: readonly Step[],
  failing: readonly Candidate[],
  { facts, findings }: NodeCheck,
  profile: ClusterProfile,
  rules: readonly Rule[],
): string | undefined {
  if (!failing.some(({ finding }) => isPolicyRule(finding.rule))) return undefined;
  const sysctls = Object.fromEntries(
    steps.flatMap((step) =>
      step.do === 'set-sysctl' ? [[step.key, { is: 'value', value: step.after } as const]] : [],
    ),
  );
  const passing = new Set(findings.filter(({ now }) => now.verdict === 'pass').map(({ rule }) => rule));
  const after = evaluateNode(profile, { ...facts, sysctls: { ...facts.sysctls, ...sysctls } }, rules);
  const broken = after.find(({ rule, now }) => now.verdict === 'fail' && passing.has(rule));
  return broken && `this would break ${broken.rule}: ${broken.message}`;
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
  const repairable = ({ rule }: Finding) =>
    rules.some(({ id, requires }) => id === rule && repairsOf(requires).length > 0);
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
    return { reason: "the node's boot id was not read: a reboot in between would not be noticed", remedy: [] };
  }
  if (runtimeOnly) return undefined;
  const notOurs = systemOf(facts, profile).filesNotWritten(facts);
  if (notOurs !== undefined) {
    const remedy = nativeRepair(failing, facts, profile).flatMap((manual) => manual.remedy);
    return {
      reason: `${notOurs}: no file is written`,
      remedy: distinct([...remedy, 'To change the running kernel only: --runtime-only']),
    };
  }
  if (isVolatile('/var/lib', facts)) {
    return {
      reason: '/var/lib is new at each boot: the journal, which undo needs, would be lost',
      remedy: ['To change the running kernel only: --runtime-only'],
    };
  }
  return undefined;
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
    .map(({ finding: { rule, message, why, remedy } }) => ({
      rule,
      message: why === undefined ? message : `${message}: ${why}`,
      remedy,
    }));
  const repairable = failing.filter(({ repair }) => repair !== undefined);
  const running: PartialPlan = filesOnly ? { steps: [], manual: [] } : repairRunning(repairable, facts, profile);
  const later: PartialPlan = !runtimeOnly
    ? repairNextBoot(candidates, facts, profile, running.steps)
    : {
        steps: [],
        manual:
          systemOf(facts, profile).filesNotWritten(facts) === undefined ? [] : nativeRepair(repairable, facts, profile),
      };
  const dropIns = runtimeOnly ? [] : repairable.flatMap((candidate) => dropIn(candidate, facts));
  return {
    steps: [...later.steps, ...dropIns, ...running.steps],
    manual: [...running.manual, ...later.manual, ...beyond],
  };
}

/** The file that keeps what a rule wants, where no line of our own files can. */
function dropIn({ finding, repair }: Candidate, { owned }: NodeFacts): Step[] {
  if (!repair?.file) return [];
  const { path, content } = repair.file;
  const found = owned?.files[path] ?? '-';
  if (textOf(found) === content) return [];
  const why = finding.why ?? finding.message;
  return [{ do: 'write-file', path, content, before: found === '-' ? 'absent' : 'present', why }];
}

const ORDER: Readonly<Record<Step['do'], number>> = {
  'keep-sysctl': 1,
  'keep-module': 2,
  'write-file': 3,
  'load-module': 4,
  'set-sysctl': 5,
};

/** Files first; within a kind the order stays, in which accept_ra comes before forwarding. */
function inOrder(steps: readonly Step[]): Step[] {
  return steps.toSorted((a, b) => ORDER[a.do] - ORDER[b.do]);
}
