import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, randomFrom } from '../boot/generator/random.ts';
import type { Fault } from './faults.ts';
import { type Behaviour, type NodeOptions, nodeObject } from './node-object.ts';
import type { Pod } from './objects.ts';
import { recordedAnswer } from './recorded-answers.ts';
import type { StandIn } from './stand-in.ts';

/** A node of the plan, and the verdicts that are true of it whatever goes wrong meanwhile. */
export interface PlannedNode extends NodeOptions {
  verdicts: readonly string[];
}

/** What somebody or something does to the cluster while the command runs. */
export interface Incident {
  what: string;
  /** Milliseconds after its first request. */
  at: number;
  strike(standIn: StandIn): void;
}

/** All that goes wrong in one run. A seed determines it. */
export interface FaultPlan {
  seed: number;
  /** In words, for whoever reads which seed failed. */
  title: string;
  nodes: PlannedNode[];
  faults: Fault[];
  incidents: Incident[];
  clockSkewMs: number;
}

type Trouble = (random: Random) => { what: string; fault: Fault };

const POST = { method: 'POST', path: /\/pods(\?|$)(?!.*dryRun)/ };
const DELETE = { method: 'DELETE' };
const GET = { method: 'GET', path: /^(?!.*watch=true)/ };
const NODES = { method: 'GET', path: /\/nodes\?/ };
const WATCH = { method: 'GET', path: /watch=true/ };
const ANY = { path: /^(?!.*watch=true)/ };

/** How often, after how many requests: few enough that repeating helps, or so many that it does not. */
const often = (random: Random) => ({ skip: random.below(6), times: random.pick([1, 1, 1, 2, 2, 3, 30]) });

const TROUBLES: readonly Trouble[] = [
  (random) => {
    const where = random.pick([POST, DELETE, DELETE, GET, ANY]);
    const fault: Fault = { ...where, ...often(random), effect: 'status', code: 429, retryAfter: random.below(2) };
    return { what: '429', fault };
  },
  (random) => {
    const code = random.pick([500, 502, 503, 504]);
    return {
      what: `${code}`,
      fault: { ...random.pick([POST, DELETE, DELETE, GET, ANY]), ...often(random), effect: 'status', code },
    };
  },
  (random) => {
    const code = random.pick([500, 504]);
    const fault: Fault = {
      ...random.pick([POST, DELETE, DELETE]),
      ...often(random),
      effect: 'status',
      code,
      when: 'after',
    };
    return { what: `${code} although it was done`, fault };
  },
  (random) => ({
    what: 'page of a proxy',
    fault: { ...ANY, ...often(random), effect: 'html', code: random.pick([200, 502]) },
  }),
  (random) => {
    const when = random.pick(['before', 'after'] as const);
    return {
      what: `reset ${when}`,
      fault: { ...random.pick([POST, DELETE, DELETE, GET, WATCH]), ...often(random), effect: 'reset', when },
    };
  },
  (random) => ({
    what: 'body cut',
    fault: { ...random.pick([GET, POST, ANY]), ...often(random), effect: 'truncate', bytes: random.below(900) },
  }),
  (random) => ({
    what: 'slow bytes',
    fault: { ...random.pick([GET, POST]), ...often(random), effect: 'slow', bytes: 40 + random.below(400) },
  }),
  (random) => {
    const how = random.pick(['reset', 'end', 'torn', 'silent'] as const);
    const length = random.chance(0.5) ? { events: 1 + random.below(8) } : { ms: random.below(800) };
    const times = random.pick([1, 2, 5, 1000]);
    return { what: `watch ${how}`, fault: { ...WATCH, times, effect: 'drop-watch', how, ...length } };
  },
  (random) => ({ what: '410', fault: { ...random.pick([WATCH, NODES]), ...often(random), effect: 'gone' } }),
  (random) => {
    const how = random.pick(['lost', 'twice', 'late'] as const);
    return { what: `events ${how}`, fault: { ...WATCH, effect: 'disorder', how, every: 1 + random.below(4) } };
  },
  (random) => {
    const when = random.pick(['before', 'after'] as const);
    const ms = random.pick([300, 4000, 60_000]);
    const times = random.pick([1, 2]);
    const fault: Fault = {
      ...random.pick([POST, DELETE, DELETE, GET, WATCH]),
      skip: random.below(3),
      times,
      effect: 'delay',
      ms,
      when,
    };
    return { what: `stall of ${ms} ms ${when}`, fault };
  },
];

/** One to three of the troubles that lie between here and an API server. */
export function troublesOf(random: Random): { what: string; fault: Fault }[] {
  return Array.from({ length: 1 + random.below(3) }, () => random.pick(TROUBLES)(random));
}

const ANSWERS: readonly Omit<PlannedNode, 'name'>[] = [
  { recorded: recordedAnswer('healthy'), verdicts: ['pass', 'unknown'] },
  { recorded: recordedAnswer('bridge-off'), verdicts: ['fail', 'unknown'] },
  { recorded: recordedAnswer('forwarding-off'), verdicts: ['fail', 'unknown'] },
  { recorded: recordedAnswer('healthy').slice(0, 700), verdicts: ['unknown'] },
  { recorded: '\u001b]0;pass\u0007', verdicts: ['unknown'] },
];
const BEHAVIOURS: readonly Behaviour[] = ['silent', 'Evicted', 'OutOfpods', 'OOMKilled', 'hangs', 'deletedMidRun'];

function plannedNode(random: Random, name: string): PlannedNode {
  const healthy = ANSWERS[0] as (typeof ANSWERS)[0];
  if (random.chance(0.5)) return { name, ...healthy };
  if (random.chance(0.6)) return { name, ...random.pick(ANSWERS) };
  const behaviour = random.pick(BEHAVIOURS);
  // Somebody who deletes a pod may come too late for its answer.
  const verdicts = behaviour === 'deletedMidRun' ? healthy.verdicts : ['unknown'];
  return { name, ...healthy, behaviour, verdicts };
}

/** More nodes than fit on a page; Windows has no kernel to check, so they cost nothing. */
const manyOthers = (count: number): PlannedNode[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `windows-${index}`,
    info: { operatingSystem: 'windows' },
    verdicts: ['skip'],
  }));

type IncidentKind = (random: Random, node: string) => Omit<Incident, 'at'>;

const podsOn = (standIn: StandIn, node: string): Pod[] => standIn.pods().filter(({ spec }) => spec.nodeName === node);

const INCIDENTS: readonly IncidentKind[] = [
  (_, node) => ({
    what: 'pod deleted by others',
    strike: (standIn) => podsOn(standIn, node).forEach((pod) => void standIn.store.remove(pod)),
  }),
  (_, node) => ({
    what: 'pod evicted',
    strike(standIn) {
      const status = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' };
      for (const pod of podsOn(standIn, node)) standIn.store.replace({ ...pod, status } as Pod);
    },
  }),
  (random, node) => {
    const withPods = random.chance(0.5);
    return {
      what: `node gone${withPods ? ' with its pods' : ''}`,
      strike(standIn) {
        const found = standIn.store.get('nodes', undefined, node);
        if (found) standIn.store.remove(found);
        if (withPods) for (const pod of podsOn(standIn, node)) standIn.store.remove(pod);
      },
    };
  },
  () => ({ what: 'node added', strike: ({ store }) => void store.create(nodeObject({ name: 'late-node' }, 200)) }),
  () => ({ what: 'history compacted', strike: ({ store }) => store.compact() }),
  () => ({ what: 'API server restarted', strike: (standIn) => standIn.dropConnections() }),
  () => ({ what: 'token replaced', strike: (standIn) => standIn.replaceToken() }),
];

/** What goes wrong with this seed. */
export function faultPlan(seed: number): FaultPlan {
  const random = randomFrom(seed);
  const count = 2 + random.below(5);
  const few = Array.from({ length: count }, (_, index) => plannedNode(random, `node-${index + 1}`));
  const paged = random.chance(0.15);
  const nodes = paged ? [...few, ...manyOthers(260)] : few;
  const troubles = troublesOf(random);
  const struck = new Set(Array.from({ length: random.below(3) }, () => random.pick(INCIDENTS)));
  const incidents = [...struck].map((kind) => {
    return { ...kind(random, random.pick(few).name), at: random.pick([0, 20, 60, 120, 250, 600]) };
  });
  const clockSkewMs = random.chance(0.2) ? random.pick([-3_600_000, 3_600_000]) : 0;
  const words = [
    `${count} nodes${paged ? ' in pages' : ''}`,
    ...troubles.map(({ what }) => what),
    ...incidents.map(({ what }) => what),
    ...(clockSkewMs === 0 ? [] : ['clock off by an hour']),
  ];
  return { seed, title: words.join(', '), nodes, faults: troubles.map(({ fault }) => fault), incidents, clockSkewMs };
}

/** Lets the incidents happen; resolves when all have. */
export async function strikeAll(standIn: StandIn, { incidents }: FaultPlan, signal: AbortSignal): Promise<void> {
  while (standIn.requests.length === 0 && !signal.aborted) await sleep(5);
  await Promise.all(
    incidents.map(async ({ at, strike }) => {
      await sleep(at, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) strike(standIn);
    }),
  );
}
