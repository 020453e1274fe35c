import { hostname } from 'node:os';
import { localProfile, type ProfileOverrides } from '../cluster/overrides.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { evaluateNode } from '../judge/evaluate.ts';
import type { Finding } from '../judge/finding.ts';
import { requestOf } from '../judge/request.ts';
import type { Rule } from '../judge/rule.ts';
import { judgeable } from '../pods/answer.ts';
import { probeLocal } from '../probe/local.ts';
import { buildReport } from '../report/build.ts';
import type { CheckReport } from '../report/report.ts';
import { asImage, IMAGE_ASSUMPTION, underConstruction } from './image.ts';
import { startRun } from './run.ts';
import { systemOf } from './system.ts';

export interface LocalCheckOptions {
  run: string;
  rules: readonly Rule[];
  overrides: ProfileOverrides;
  signal: AbortSignal;
}

/** Checks this very host: the same script, the same rules, no cluster. */
export async function checkLocal({ run, rules, overrides, signal }: LocalCheckOptions): Promise<CheckReport> {
  const runSoFar = startRun(run, signal, rules);
  const facts = await probeLocal({ signal, request: requestOf(rules) });
  const profile = localProfile(overrides);
  const looked = await judgeLocal(facts, profile, rules);
  const name = hostname();
  return buildReport({
    run: runSoFar(),
    cluster: null,
    assumptions: [...profile.assumptions.map(({ text }) => text), ...looked.assumptions],
    nodes: [
      'findings' in looked
        ? { name, system: systemOf(facts), findings: looked.findings }
        : { name, system: systemOf(facts), verdict: 'unknown', reason: looked.unknown },
    ],
    leftovers: [],
  });
}

/** What the rules make of this host, or why they cannot judge it. */
export type LocalJudgement = { assumptions: string[] } & (
  | {
      /** What was judged: of an image without what belongs to the machine that builds it. */
      facts: NodeFacts;
      findings: Finding[];
      /** What the image is built in; absent: it is none. */
      image?: string;
    }
  | { unknown: string }
);

/** Judges what this host has told of itself; of an image that is being built here only the boot. */
export async function judgeLocal(
  facts: NodeFacts,
  profile: ClusterProfile,
  rules: readonly Rule[],
): Promise<LocalJudgement> {
  const outcome = judgeable(facts, 'host');
  const assumptions = unproven(facts);
  if ('unknown' in outcome) return { unknown: outcome.unknown, assumptions };
  const image = await underConstruction(facts);
  if (image === undefined)
    return { facts, findings: evaluateNode(profile, facts, rules, inContainer(facts)), assumptions };
  const built = asImage(facts);
  const findings = evaluateNode(profile, built, rules, `not judged: this is ${image}`);
  return { facts: built, findings, image, assumptions: [IMAGE_ASSUMPTION] };
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
