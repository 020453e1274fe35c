import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { evaluateNode } from '../../src/judge/evaluate.ts';
import type { Finding } from '../../src/judge/finding.ts';
import { factsAfter } from '../../src/plan/facts-after.ts';
import type { Plan, Refusal } from '../../src/plan/plan.ts';
import { isRefusal, type PlanOptions, planNode } from '../../src/plan/planner.ts';
import {
  appliedNode,
  buildFixReport,
  buildUndoReport,
  type ChangedInput,
  type ChangesInput,
  type LookedAt,
  plannedNode,
  type StepResult,
} from '../../src/report/build-fix.ts';
import type { FixReport, ReportStep, UndoReport } from '../../src/report/fix-report.ts';
import { run as command } from '../../src/text/advice.ts';
import { sound } from '../plan/nodes.ts';
import { absent, BRIDGE4, BRIDGE6, FORWARD4, FORWARD6, file, flannel, onDisk, value } from '../rules/facts.ts';
import { RULES } from '../support/rules.ts';
import { CLUSTER, DEBIAN } from './samples.ts';

const ipv4: ClusterProfile = { ...flannel, ipFamilies: ['IPv4'] };
const loaded = { loaded: true, builtin: false, file: 'kernel/x.ko', dependencies: [] };
const LACKING = {
  modules: { br_netfilter: onDisk, nf_conntrack: loaded },
  sysctls: { [BRIDGE4]: absent, [BRIDGE6]: absent, [FORWARD4]: value('0') },
};

/** A node without bridge netfilter and forwarding. */
export const bare = sound({ ...LACKING, boot: { modulesLoad: [], sysctl: [] } });
const hardened = sound({
  ...LACKING,
  boot: {
    modulesLoad: [],
    sysctl: [file('/etc/sysctl.d/99-zzz-cis.conf', `${FORWARD4} = 0`), file('/etc/sysctl.conf', `${FORWARD4} = 0`)],
    modprobe: [file('/etc/modprobe.d/cis.conf', 'install br_netfilter /bin/false')],
  },
});
const advertised = sound({
  advertisedRoutes: ['eth0'],
  sysctls: { [FORWARD6]: value('0'), 'net.ipv6.conf.eth0.accept_ra': value('1') },
  boot: { sysctl: [file('/etc/sysctl.d/50-k8s.conf', `${FORWARD4}=1`)] },
});
const virtual = { ...bare, bridges: [{ name: 'virbr0', portCount: 2, ports: ['vnet0', 'vnet1'] }] };

const look = (facts: NodeFacts, profile = ipv4): Finding[] => evaluateNode(profile, facts, RULES);

/** What planning makes of a node. */
export function examine(name: string, facts: NodeFacts, profile = ipv4, options: PlanOptions = {}) {
  const before = look(facts, profile);
  const node: LookedAt = { name, system: DEBIAN, before };
  return { node, result: planNode({ node: name, facts, findings: before }, profile, options) };
}

const planned = (name: string, facts: NodeFacts, profile = ipv4, options: PlanOptions = {}): ChangedInput => {
  const { node, result } = examine(name, facts, profile, options);
  return plannedNode(node, result);
};

/** The plan, or an error that says why there is none. */
export function planOf(result: Plan | Refusal): Plan {
  if (isRefusal(result)) throw new Error(result.reason);
  return result;
}

const CHANGED: StepResult = { outcome: 'changed' };

function repaired(name: string): ChangedInput {
  const { node, result } = examine(name, bare);
  const plan = planOf(result);
  const results = plan.steps.map(
    (step): StepResult => (step.do === 'set-sysctl' && step.before === 'absent' ? { outcome: 'unchanged' } : CHANGED),
  );
  return { ...appliedNode(node, plan, results), after: look(factsAfter(bare, plan.steps)) };
}

/** modprobe fails, and the rest is not reached; nobody looks again. */
function broken(name: string): ChangedInput {
  const { node, result } = examine(name, bare);
  const results: StepResult[] = [CHANGED, CHANGED, { outcome: 'failed', reason: 'modprobe: Operation not permitted' }];
  const failure = {
    reason: 'step 3 of 5 failed',
    remedy: [command('dmesg | tail'), command(`kubectl netprereq undo ${name}`)],
  };
  return appliedNode(node, planOf(result), results, failure);
}

/** Somebody resets forwarding while the node settles. */
function reset(name: string): ChangedInput {
  const { node, result } = examine(name, bare);
  const plan = planOf(result);
  const after = factsAfter(bare, plan.steps);
  const again = { ...after, sysctls: { ...after.sysctls, [FORWARD4]: value('0') } };
  const results = plan.steps.map(() => CHANGED);
  return { ...appliedNode(node, plan, results), after: look(again) };
}

function unproven(name: string): ChangedInput {
  const { node, result } = examine(name, bare);
  const plan = planOf(result);
  return appliedNode(
    node,
    plan,
    plan.steps.map(() => CHANGED),
  );
}

const silent: ChangedInput = {
  name: 'node-9',
  system: DEBIAN,
  outcome: 'unknown',
  reason: 'the kubelet had not started the pod in 15s',
  remedy: [command('kubectl describe node node-9')],
};
const windows: ChangedInput = { name: 'win-1', system: DEBIAN, outcome: 'skip', reason: 'Windows has none of these' };

const run = { id: 'k7x2p', version: '0.1.0', startedAt: new Date('2026-11-23T21:00:00Z'), durationSeconds: 12.3 };

/** A report on these nodes, of a fixed run. */
export function fixReport(nodes: ChangedInput[], changes: Partial<ChangesInput> = {}): FixReport {
  return buildFixReport({ run, cluster: CLUSTER, assumptions: [], leftovers: [], ...changes, nodes });
}

export function undoReport(nodes: ChangedInput[], changes: Partial<ChangesInput> = {}): UndoReport {
  return buildUndoReport({ run, cluster: CLUSTER, assumptions: [], leftovers: [], ...changes, nodes });
}

const step = (
  does: string,
  what: string,
  before: string,
  after: string,
  more: Partial<ReportStep> = {},
): ReportStep => ({
  do: does,
  what,
  before,
  after,
  outcome: 'changed',
  ...more,
});

const UNDONE: ReportStep[] = [
  step('restore-sysctl', FORWARD4, '1', '0'),
  step('restore-sysctl', BRIDGE4, '0', '1', { outcome: 'left', reason: 'somebody has set it to 0 since' }),
  step('remove-file', '/etc/sysctl.d/99-zz-netprereq.conf', 'present', 'absent'),
  step('remove-file', '/etc/modules-load.d/netprereq.conf', 'present', 'absent', { outcome: 'unchanged' }),
];

/** Reports as they occur, by name. */
export const FIX_REPORTS: Record<string, FixReport | UndoReport> = {
  plan: fixReport(
    [
      planned('node-1', bare),
      planned('node-2', bare),
      planned('node-3', bare),
      planned('node-4', hardened),
      planned('node-5', advertised, flannel),
      planned('node-6', virtual),
      planned('node-7', sound()),
      planned('node-8', sound({ os: { id: 'flatcar' }, sysctls: { [FORWARD4]: value('0') }, boot: { sysctl: [] } })),
      silent,
      windows,
    ],
    { assumptions: ['something'] },
  ),
  'dry-run': fixReport([planned('node-1', bare)], { dryRun: 'client' }),
  repaired: fixReport([repaired('node-1'), repaired('node-2'), planned('node-3', sound())]),
  mixed: fixReport(
    [
      repaired('node-1'),
      broken('node-2'),
      reset('node-3'),
      unproven('node-4'),
      planned('node-5', virtual),
      silent,
      windows,
    ],
    {
      run: { ...run, interrupted: true },
      leftovers: ['kube-system/netprereq-k7x2p-0f3a'],
    },
  ),
  none: fixReport([]),
  undone: undoReport([
    { name: 'node-1', system: DEBIAN, outcome: 'changed', steps: UNDONE, before: look(sound()), after: look(bare) },
    { name: 'node-2', system: DEBIAN, outcome: 'unchanged', before: look(bare), after: look(bare) },
    {
      name: 'node-3',
      system: DEBIAN,
      outcome: 'refused',
      reason: '/etc/sysctl.d/99-zz-netprereq.conf was edited since',
      remedy: ['To remove it all the same: --force'],
    },
  ]),
  garbage: fixReport([
    {
      name: 'node-1',
      system: DEBIAN,
      outcome: 'failed',
      reason: 'a\u001b[2Jb\nnode-2: repaired',
      steps: [
        step('set-\u009b0m', '\u202eevil', '0\r\n1', '$(id)', {
          outcome: 'failed',
          reason: '\u0007'.repeat(900),
          why: 'x',
        }),
      ],
      manual: [{ rule: 'br-netfilter', message: '日本\u0000', remedy: [command('echo \u0007')] }],
      after: [],
    },
  ]),
};
