import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { evaluateNode } from '../../src/judge/evaluate.ts';
import type { Rule } from '../../src/judge/rule.ts';
import type { Plan, Refusal, Step } from '../../src/plan/plan.ts';
import { isRefusal, type PlanOptions, planNode } from '../../src/plan/planner.ts';
import { file, nodeFacts } from '../rules/facts.ts';
import { RULES } from '../support/rules.ts';

export const BOOT_ID = '0f2c1d9e-5c1f-4a8e-9a52-0d6c2f8b7a31';
export const KEPT = file(
  '/etc/sysctl.d/50-k8s.conf',
  'net.ipv4.ip_forward = 1',
  'net.ipv6.conf.all.forwarding = 1',
  'net.bridge.bridge-nf-call-iptables = 1',
  'net.bridge.bridge-nf-call-ip6tables = 1',
);

type Parts = NonNullable<Parameters<typeof nodeFacts>[0]>;

/** A node that lacks nothing, now or after a reboot, with the given parts in place of its own. */
export function sound(parts: Parts = {}): NodeFacts {
  return nodeFacts({
    advertisedRoutes: [],
    ...parts,
    boot: { id: BOOT_ID, sysctl: [KEPT], ...parts.boot },
  });
}

/** The plan for a node of that profile. */
export function plan(
  facts: NodeFacts,
  profile: ClusterProfile,
  options: PlanOptions = {},
  rules: readonly Rule[] = RULES,
): Plan | Refusal {
  return planNode({ node: 'node-1', facts, findings: evaluateNode(profile, facts, rules) }, profile, options);
}

export function planned(result: Plan | Refusal): Plan {
  if (isRefusal(result)) throw new Error(`refused: ${result.reason}`);
  return result;
}

export function refused(result: Plan | Refusal): Refusal {
  if (!isRefusal(result)) throw new Error(`planned: ${JSON.stringify(result.steps)}`);
  return result;
}

/** Steps as one line each: `keep-sysctl net.ipv4.ip_forward absent→1`. */
export function brief(steps: readonly Step[]): string[] {
  return steps.map((step) =>
    'key' in step
      ? `${step.do} ${step.key} ${step.before}→${step.after}`
      : `${step.do} ${'path' in step ? step.path : step.module}`,
  );
}
