import { lstat, realpath, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { bootKernels } from '../boot/modules-kernel.ts';
import { localProfile, type ProfileOverrides } from '../cluster/overrides.ts';
import type { ClusterProfile } from '../cluster/profile.ts';
import { CheckError } from '../errors.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { evaluateImage, evaluateNode } from '../judge/evaluate.ts';
import type { Finding } from '../judge/finding.ts';
import { nodeProfile } from '../judge/node-profile.ts';
import { requestOf } from '../judge/request.ts';
import type { Rule } from '../judge/rule.ts';
import { markFixable } from '../plan/fixable.ts';
import { judgeable } from '../pods/answer.ts';
import { probeLocal } from '../probe/local.ts';
import { buildReport } from '../report/build.ts';
import type { CheckReport, NodeReport } from '../report/report.ts';
import { type Advice, run } from '../text/advice.ts';
import { excerpt } from '../text/excerpt.ts';
import { fileError } from '../text/file-error.ts';
import { listed } from '../text/listed.ts';
import { type Place, placeOf } from './place.ts';
import { type ChosenRules, rulesOn, startRun } from './run.ts';
import { systemOf } from './system.ts';

export interface LocalCheckOptions extends ChosenRules {
  run: string;
  overrides: ProfileOverrides;
  /** The root directory of an image to check from outside; absent: this host, or the image in which this runs. */
  root?: string | undefined;
  signal: AbortSignal;
}

/** Checks this host, or an image: the same script, the same rules, no cluster. */
export async function checkLocal(options: LocalCheckOptions): Promise<CheckReport> {
  const runSoFar = startRun(options.run, options.signal, options);
  const { profile, node, facts, doubt, judged, assumptions } = await lookHere(options);
  const found = doubt ?? judged;
  return buildReport({
    run: runSoFar(),
    cluster: null,
    assumptions: [...stillAssumed(profile, facts), ...(doubt ? [] : assumptions)],
    nodes: [
      'findings' in found
        ? { ...node, findings: found.findings }
        : { ...node, verdict: 'unknown', reason: found.unknown, remedy: found.remedy },
    ],
    leftovers: [],
  });
}

interface NotJudged {
  unknown: string;
  remedy: readonly Advice[];
}

/** The facts and findings of a check without a cluster. */
export interface LocalLook {
  profile: ClusterProfile;
  node: Pick<NodeReport, 'name' | 'system' | 'image'>;
  assumptions: readonly string[];
  /** The facts as they were read, whether of a host or an image. */
  facts: NodeFacts;
  judged: { facts: NodeFacts; findings: Finding[] } | NotJudged;
  /** Set if an image was judged, but it may be this host: why. */
  doubt?: NotJudged;
}

/**
 * Reads and judges this host, or an image, of which only the files count.
 * @param request what is read; by default what the rules read
 * @throws CheckError if that cannot be read
 */
export async function lookHere(options: LocalCheckOptions, request = requestOf(options.rules)): Promise<LocalLook> {
  const { root, overrides, signal } = options;
  const rules = rulesOn({}, options);
  const profile = localProfile(overrides);
  if (root !== undefined) {
    const image = await imageRoot(root);
    return lookAtImage(await probeLocal({ signal, request, image }), image, '--root names one', profile, rules);
  }
  const facts = await probeLocal({ signal, request });
  const place = placeOf(facts);
  if (place.is !== 'image' && place.is !== 'unknown') return lookAtHost(facts, place, profile, rules);
  const look = lookAtImage(await probeLocal({ signal, request, image: '/' }), '/', place.because, profile, rules);
  if (place.is === 'image') return look;
  const asRoot = process.getuid?.() === 0 ? [] : ['Root may see it:', run('sudo kubectl-netprereq check --local')];
  const remedy = [...asRoot, 'If this is an image:', run('kubectl netprereq check --root /')];
  return { ...look, doubt: { unknown: place.because, remedy } };
}

function lookAtHost(facts: NodeFacts, { is }: Place, profile: ClusterProfile, rules: readonly Rule[]): LocalLook {
  const node = { name: hostname(), system: systemOf(facts) };
  // A host may have files of an image, which hint at a container.
  const seen = is === 'host' ? { ...facts, container: null } : facts;
  const outcome = judgeable(seen, 'host');
  const assumptions = is === 'host' ? unproven(seen) : [];
  const about = { profile, node, assumptions, facts: seen };
  if ('unknown' in outcome) return { ...about, judged: { remedy: [], ...outcome } };
  return {
    ...about,
    judged: { facts: seen, findings: markFixable(evaluateNode(profile, seen, rules), seen, profile, rules) },
  };
}

function lookAtImage(
  found: NodeFacts,
  root: string,
  because: string,
  profile: ClusterProfile,
  rules: readonly Rule[],
): LocalLook {
  const facts = withInit(found);
  const { kernels } = bootKernels(facts);
  const releases = kernels.map(({ release }) => excerpt(release));
  return {
    profile,
    node: { name: root === '/' ? hostname() : root, system: systemOf(facts), image: { root } },
    assumptions: [
      `This is an image, because ${because}: what counts is its first boot, with its own init and kernel command line.`,
      ...(releases.length > 1 ? [`The newest of the image's kernels boots: it has ${listed(releases)}.`] : []),
    ],
    facts,
    judged: { facts, findings: markFixable(evaluateImage(profile, facts, rules), facts, profile, rules, true) },
  };
}

/** What is assumed about the cluster, because no file or link of this host shows it. */
export function stillAssumed(profile: ClusterProfile, facts: NodeFacts): string[] {
  return nodeProfile(profile, facts).profile.assumptions.map(({ text }) => text);
}

/** An image without an init is unfinished: it will get the usual one of its distribution. */
function withInit(facts: NodeFacts): NodeFacts {
  const { boot, os } = facts;
  const init = boot.init ?? (os.id === 'alpine' || os.id === 'gentoo' ? 'init' : 'systemd');
  return { ...facts, boot: { ...boot, init } };
}

/** @throws CheckError if this is not the root directory of a system: fix would write files into it */
async function imageRoot(directory: string): Promise<string> {
  const wrong = (why: string) => new CheckError(`--root ${directory}: ${why}`);
  try {
    const root = await realpath(directory);
    if (!(await stat(root)).isDirectory()) throw wrong('it is not a directory');
    const [etc, usr] = await Promise.all(['etc', 'usr'].map((name) => lstat(join(root, name)).catch(() => undefined)));
    if (etc || usr) return root;
  } catch (error) {
    if (error instanceof CheckError) throw error;
    throw wrong(fileError(error));
  }
  throw wrong('there is neither etc nor usr in it, so it is not the root directory of a system');
}

/** Without root (in some sandboxes even with it), nothing proves that this process is in the host's network namespace. */
function unproven({ netns }: NodeFacts): string[] {
  return netns.init === undefined ? [namespaceAssumed(process.getuid?.() === 0)] : [];
}

/** The assumption about an unproven network namespace, and the advice to use root, unless the user is root already. */
export function namespaceAssumed(isRoot: boolean): string {
  const advice = isRoot ? '' : ' (root usually can read it)';
  return `This process is in the host's network namespace: that of process 1 could not be read${advice}.`;
}
