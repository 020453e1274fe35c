import { readFileSync } from 'node:fs';
import { detectProfile } from '../../src/cluster/detect.ts';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import { parseFacts } from '../../src/facts/parse.ts';
import { evaluateNode } from '../../src/judge/evaluate.ts';
import { requestOf } from '../../src/judge/request.ts';
import { markFixable } from '../../src/plan/fixable.ts';
import { openEnvelope } from '../../src/probe/envelope.ts';
import { buildReport, type NodeInput } from '../../src/report/build.ts';
import { unchanged } from '../../src/report/command-completer.ts';
import { renderTable } from '../../src/report/table.ts';
import { evidence } from '../../test/cluster/evidence.ts';
import { RULES } from '../../test/support/rules.ts';
import { DEMO_NODES } from '../demo/nodes.ts';
import { terminalSvg } from './terminal-svg.ts';

const COLUMNS = 100;
const ANSWERS = new URL('../demo/answers.json', import.meta.url);
const SYSTEM = { os: null, kernel: null, arch: null, runtime: null };

/**
 * docs/check.svg: what check prints of the demo's nodes, from the answers that were recorded of them. Judged by the rules of the tests, so
 * that a rule that is added asks for no new recording.
 */
export function picture(): string {
  const answers: Readonly<Record<string, string>> = JSON.parse(readFileSync(ANSWERS, 'utf8'));
  const profile = detectProfile(evidence());
  const report = buildReport({
    run: { id: 'readme', version: '0.1.0', startedAt: new Date(0), durationSeconds: 1.2 },
    cluster: {
      server: 'https://10.0.0.1:6443',
      version: 'v1.34.4',
      distribution: null,
      cni: profile.cni ?? null,
      cniBackend: profile.cniBackend ?? null,
      podsOnBridge: true,
      kubeProxyMode: profile.kubeProxyMode ?? null,
      ipFamilies: ['IPv4'],
    },
    assumptions: [],
    nodes: DEMO_NODES.map(({ name }) => judged(name, answers[name], profile)),
    leftovers: [],
  });
  const shown = renderTable(report, { columns: COLUMNS, color: true, unicode: true }, unchanged);
  return terminalSvg(`$ kubectl netprereq check\n${shown}`, 'kubectl netprereq check in a terminal');
}

function judged(name: string, answer: string | undefined, profile: ClusterProfile): NodeInput {
  if (answer === undefined) {
    return { name, system: SYSTEM, verdict: 'unknown', reason: 'the kubelet had not started the pod after 15s' };
  }
  const opened = openEnvelope(answer);
  if ('problem' in opened) throw new Error(`the recorded answer of ${name}: ${opened.problem}`);
  const facts = parseFacts(opened.text, requestOf(RULES));
  return { name, system: SYSTEM, findings: markFixable(evaluateNode(profile, facts, RULES), facts, profile, RULES) };
}
