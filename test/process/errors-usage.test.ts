import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flannelCluster } from '../support/clusters.ts';
import { netprereq } from '../support/command.ts';
import { expectRefusal, type Told } from '../support/refusal.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';

let standIn: StandIn;

beforeAll(async () => {
  const nodes = ['worker-1', 'worker-2', 'control-plane'].map((name) => ({ name, recorded: '' }));
  standIn = await startStandIn({ ...flannelCluster(), nodes });
});

afterAll(() => standIn.stop());

describe('a choice of nodes that leads nowhere', () => {
  test.for<[string, string[], Told]>([
    [
      'a name that is nearly right',
      ['worker1'],
      [/^Error from server \(NotFound\): nodes "worker1" not found$/m, /did you mean worker-1\?/, 'kubectl get nodes'],
    ],
    [
      'several names, one of them right',
      ['worker-1', 'contol-plane', 'worker-22'],
      [
        /nodes "contol-plane" not found\n.*nodes "worker-22" not found$/m,
        /did you mean control-plane or worker-2\?/,
        'kubectl get nodes',
      ],
    ],
    ['a name like no other', ['gandalf'], [/nodes "gandalf" not found\n {2}kubectl get nodes\n$/]],
    ['a name that no node can have', ['../../secrets'], [/nodes "\.\.\/\.\.\/secrets" not found/]],
    ['a name with terminal escapes', ['a\u001b[2J'], [/nodes "a/, /not found/]],
    [
      'a selector that matches nothing',
      ['-l', 'role=none'],
      [/^error: no node matches the selector "role=none"$/m, 'kubectl get nodes --show-labels'],
    ],
    [
      'a selector that the server does not understand',
      ['-l', 'a=b=c'],
      [
        /^Error from server \(BadRequest\): unable to parse requirement/m,
        /a selector has the form KEY=VALUE, KEY!=VALUE, KEY/,
      ],
    ],
  ])('%s', async ([, args, told]) => {
    expectRefusal(await netprereq(['check', ...args], { KUBECONFIG: standIn.kubeconfig }), told);
    expect(standIn.created).toEqual([]);
  });

  test('what it proposes to type has only the flags that said something', async () => {
    const args = ['check', 'gandalf', '--server', '', '--user', 'admin', '--as', ''];
    expectRefusal(await netprereq(args, { KUBECONFIG: standIn.kubeconfig }), [/^ {2}kubectl --user admin get nodes$/m]);
  });

  test('a cluster without nodes', async () => {
    const empty = await startStandIn();
    const result = await netprereq(['check'], { KUBECONFIG: empty.kubeconfig });
    await empty.stop();
    expectRefusal(result, [/^error: the cluster has no nodes$/m]);
  });
});

describe('words that contradict each other or mean nothing, before any request', () => {
  test.for<[string[], Told]>([
    [
      ['check', '-l', 'a=b', '--all-nodes'],
      ['error: cannot specify both', '--all-nodes', '--selector'],
    ],
    [
      ['check', '-l', 'a=b', '--local'],
      ['error: cannot specify both', '--local'],
    ],
    [
      ['check', '--local', '--print-rbac'],
      [/^error: cannot specify both --local and --print-rbac: --local asks no cluster$/m],
    ],
    [['check', '--only', 'br-netfliter'], [/^error: unknown rule "br-netfliter"; did you mean br-netfilter\?$/m]],
    [
      ['check', '--only', 'br-netfilter', '--skip', 'br-netfilter'],
      [/^error: --only and --skip leave no rule to check$/m],
    ],
    [
      ['check', '--fail-on', 'never'],
      [/^error: invalid argument "never" for "--fail-on" flag: must be one of fail, boot, warn$/m],
    ],
    [['check', '--image-pull-policy', 'Sometimes'], ['must be one of Always, IfNotPresent, Never']],
    [
      ['check', '-o', 'jsn'],
      [
        /^error: invalid argument "jsn" for "--output" flag: must be one of table, wide, json, yaml, name, junit, markdown, sarif; did you mean json\?$/m,
      ],
    ],
    [['check', 'pod/worker-1'], [/^error: pod\/worker-1 is not a node: write NODE or node\/NODE$/m]],
    // What is left of -l "$LABELS" where the variable is not set.
    [['fix', '-l', '', '--yes'], [/^error: --selector is empty, which selects every node: use --all-nodes for that$/m]],
    [['fix', '--selector=', '--yes'], [/^error: --selector is empty/m]],
    [['fix', '-l', ' \t', '--dry-run'], [/^error: --selector is empty/m]],
    [['undo', '-l', '', '--yes'], [/^error: --selector is empty/m]],
    [['explain', 'ipv4-forwrding'], [/^error: unknown rule "ipv4-forwrding"; did you mean ipv4-forwarding\?$/m]],
  ])('%j', async ([args, told]) => {
    const before = standIn.requests.length;
    const help = `See 'kubectl netprereq ${args[0]} -h' for help and examples.`;
    expectRefusal(await netprereq(args, { KUBECONFIG: standIn.kubeconfig }), [...told, help]);
    expect(standIn.requests.length).toBe(before);
  });
});
