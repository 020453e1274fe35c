import { expect, test } from 'vitest';
import type { CheckReport } from '../../src/report/report.ts';
import { flannelCluster, RECORDED_NODES } from '../support/clusters.ts';
import { netprereq } from '../support/command.ts';
import { noNamespaceNodes } from '../support/fixing.ts';
import type { NodeOptions } from '../support/node-object.ts';
import { answersOf, record, recordedAnswer } from '../support/recorded-answers.ts';
import { startStandIn } from '../support/stand-in.ts';

const kinds = Object.keys(RECORDED_NODES);
const real = Object.entries(RECORDED_NODES).map(([kind, node]) => node(kind));
const unavailable = await noNamespaceNodes();

if (process.env.NETPREREQ_RECORD) {
  if (unavailable) throw new Error(`nothing can be recorded: ${unavailable}`);
  const answers = await answersOf(real, flannelCluster());
  record(Object.fromEntries(kinds.map((kind) => [kind, answers.get(kind) ?? ''])));
}

async function verdicts(nodes: readonly NodeOptions[]) {
  const standIn = await startStandIn({ ...flannelCluster(), nodes });
  const { stdout } = await netprereq(['check', '-o', 'json'], { KUBECONFIG: standIn.kubeconfig });
  await standIn.stop();
  const report: CheckReport = JSON.parse(stdout);
  return report.nodes.map(({ name, verdict, findings }) => ({
    name,
    verdict,
    now: findings.map(({ rule, now }) => `${rule} ${now.verdict}`),
  }));
}

test.skipIf(unavailable)(
  `what was recorded of a node is what such a node answers${unavailable ? ` (skipped: ${unavailable})` : ''}`,
  async () => {
    const played = kinds.map((kind) => ({ name: kind, recorded: recordedAnswer(kind) }));
    expect(await verdicts(played)).toEqual(await verdicts(real));
  },
);
