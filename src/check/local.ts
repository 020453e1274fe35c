import { hostname } from 'node:os';
import { localProfile, type ProfileOverrides } from '../cluster/overrides.ts';
import { judgeable } from '../collect/answer.ts';
import type { NodeFacts } from '../collect/facts.ts';
import { probeLocal } from '../collect/local.ts';
import { buildReport } from '../report/build.ts';
import type { CheckReport } from '../report/report.ts';
import { evaluateNode } from '../rules/evaluate.ts';
import type { Rule } from '../rules/rule.ts';
import { chosenRules, VERSION } from './run.ts';
import { systemOf } from './system.ts';

export interface LocalCheckOptions {
  run: string;
  rules: readonly Rule[];
  overrides: ProfileOverrides;
  signal: AbortSignal;
}

/** Checks this very host: the same script, the same rules, no cluster. */
export async function checkLocal({ run, rules, overrides, signal }: LocalCheckOptions): Promise<CheckReport> {
  const startedAt = new Date();
  const facts = await probeLocal({ signal });
  const profile = localProfile(overrides);
  const outcome = judgeable(facts, 'host');
  const name = hostname();
  return buildReport({
    run: {
      id: run,
      version: VERSION,
      startedAt,
      durationSeconds: (Date.now() - startedAt.getTime()) / 1000,
      rules: chosenRules(rules),
    },
    cluster: null,
    assumptions: [...profile.assumptions, ...unproven(facts)],
    nodes: [
      'facts' in outcome
        ? { name, system: systemOf(facts), findings: evaluateNode(profile, facts, rules, inContainer(facts)) }
        : { name, system: systemOf(facts), verdict: 'unknown', reason: outcome.unknown },
    ],
    leftovers: [],
  });
}

/** In a container the running kernel and its network namespace say nothing of the host that an image is built for. */
function inContainer({ container }: NodeFacts): string | undefined {
  return container ? `not judged: this is a container (${container.slice(0, 32)})` : undefined;
}

/** Without root, and in some sandboxes with it, nothing shows that this process has the host's network namespace. */
function unproven({ netns, container }: NodeFacts): string[] {
  if (netns.init !== undefined || container) return [];
  return ["This process's network namespace is the host's: process 1's could not be read (as root it usually can)."];
}
