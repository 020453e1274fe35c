import { afterEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { CheckReport } from '../../src/report/report.ts';
import type { Rule } from '../support/access.ts';
import { flannelCluster } from '../support/clusters.ts';
import { netprereq } from '../support/command.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';

interface RbacObject {
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: { resources: string[]; verbs: string[] }[];
  subjects?: { kind: string; name: string; namespace?: string }[];
}

const NO_CLUSTER = { KUBECONFIG: '/dev/null' };

let standIn: StandIn | undefined;

afterEach(async () => {
  const left = standIn?.pods() ?? [];
  await standIn?.stop();
  standIn = undefined;
  expect(left).toEqual([]);
});

async function printed(args: readonly string[], env: Record<string, string> = NO_CLUSTER) {
  const { code, stdout, stderr } = await netprereq(['check', '--print-rbac', ...args], env);
  expect(code, stderr).toBe(0);
  return { objects: parseAllDocuments(stdout).map((document) => document.toJS() as RbacObject), stdout, stderr };
}

describe('check --print-rbac', () => {
  test('needs no cluster for the user of --as, and leaves stderr empty', async () => {
    const { objects, stderr } = await printed(['--as', 'jane', '-n', 'ops']);
    expect(stderr).toBe('');
    expect(objects.map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([
      ['ClusterRole', undefined],
      ['ClusterRoleBinding', undefined],
      ['Role', 'ops'],
      ['RoleBinding', 'ops'],
    ]);
    expect(objects.flatMap(({ subjects = [] }) => subjects.map(({ kind, name }) => `${kind} ${name}`))).toEqual([
      'User jane',
      'User jane',
    ]);
  });

  test('binds a service account as what it is', async () => {
    const { objects } = await printed(['--as', 'system:serviceaccount:ci:checker']);
    expect(objects[1]?.subjects).toEqual([{ kind: 'ServiceAccount', name: 'checker', namespace: 'ci' }]);
  });

  test('has a placeholder where nobody can say who the user is, and says so on stderr alone', async () => {
    const { objects, stderr } = await printed([]);
    expect(objects[1]?.subjects).toMatchObject([{ kind: 'User', name: 'NAME' }]);
    expect(stderr).toMatch(/^note: your user name is unknown \(.+\): replace NAME with it, or use --as$/m);
  });

  test('is refused together with --local', async () => {
    const { code, stdout, stderr } = await netprereq(['check', '--local', '--print-rbac'], NO_CLUSTER);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('error: cannot specify both --local and --print-rbac');
  });

  test('is one document per object, with a comment on each rule', async () => {
    const { stdout } = await printed(['--as', 'jane']);
    const rules = stdout.match(/^ {2}- apiGroups:/gm)?.length;
    expect(stdout.match(/^ {2}# .+\n {2}- apiGroups:/gm)?.length).toBe(rules);
  });
});

/** The rights of a manifest as the stand-in takes them, without one. */
function rulesWithout(objects: readonly RbacObject[], right: string): Rule[] {
  return objects.flatMap(({ rules = [], metadata: { namespace } }) =>
    rules.flatMap(({ resources, verbs }) =>
      resources.map((resource) => ({
        resources: [resource],
        verbs: verbs.filter((verb) => `${verb} ${resource}` !== right),
        ...(namespace !== undefined && { namespaces: [namespace] }),
      })),
    ),
  );
}

/** Checks a node of which the API does not know the pod CIDRs, as where the CNI hands out addresses itself. */
async function checkWithout(right: string) {
  const { objects } = await printed(['--as', 'jane']);
  const users = [{ name: 'jane', token: 'jane', rules: rulesWithout(objects, right) }];
  standIn = await startStandIn({
    ...flannelCluster(),
    users,
    nodes: [{ name: 'node-1', recorded: 'x', podCIDRs: [] }],
  });
  const { code, stdout, stderr } = await netprereq(['check', '-o', 'json'], { KUBECONFIG: standIn.kubeconfig });
  return { code, report: stdout === '' ? undefined : (JSON.parse(stdout) as CheckReport), stderr };
}

describe('of what the manifest grants', () => {
  test('all is enough', async () => {
    const { report } = await checkWithout('nothing');
    expect(report?.assumptions).toEqual([]);
    expect(report?.cluster).toMatchObject({ cni: 'flannel', kubeProxyMode: 'iptables', ipFamilies: ['IPv4'] });
  });

  test.for(['list nodes', 'create pods', 'list pods', 'watch pods', 'delete pods'])(
    'nothing is checked without: %s',
    async (right) => {
      const { code, report, stderr } = await checkWithout(right);
      expect([code, report]).toEqual([2, undefined]);
      const [verb, resource] = right.split(' ');
      expect(stderr).toMatch(new RegExp(`^ {2}Rights that you lack: ${verb} ${resource}\\b`, 'm'));
    },
  );

  test.for([
    ['list daemonsets', 'cni', '--cni'],
    ['get configmaps', 'kubeProxyMode', '--kube-proxy-mode'],
    ['get services', 'ipFamilies', '--ip-families'],
  ] as const)('something is assumed without: %s', async ([right, detected, flag]) => {
    const { report } = await checkWithout(right);
    expect(report?.cluster?.[detected]).toBeNull();
    expect(report?.assumptions.join()).toContain(flag);
  });
});
