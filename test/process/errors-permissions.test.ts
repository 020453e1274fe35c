import { afterEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Rule } from '../support/access.ts';
import { flannelCluster } from '../support/clusters.ts';
import { netprereq } from '../support/command.ts';
import { expectNoPods, expectRefusal, netprereqWithOnly } from '../support/refusal.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: { verbs: string[]; resources: string[] }[];
  subjects?: { kind: string; name: string; namespace?: string }[];
}

let standIn: StandIn | undefined;

/** A cluster of one node whose answer is no answer: what a check may do is seen all the same, and it ends with 3. */
async function startFor(rules: readonly Rule[]): Promise<string> {
  standIn = await startStandIn({
    ...flannelCluster(),
    nodes: [{ name: 'node-1', recorded: 'nothing' }],
    users: [{ name: 'jane', token: 'janes-token', rules }],
  });
  return standIn.kubeconfig;
}

afterEach(async () => {
  expectNoPods(standIn);
  await standIn?.stop();
  standIn = undefined;
});

const documents = (text: string): Manifest[] => parseAllDocuments(text).map((document) => document.toJS());

/** What the stand-in's authorizer makes of the manifest. */
function rulesOf(manifest: string): Rule[] {
  return documents(manifest).flatMap(({ metadata: { namespace }, rules = [] }) =>
    rules.map(({ verbs, resources }) => ({ verbs, resources, ...(namespace && { namespaces: [namespace] }) })),
  );
}

async function printed(...args: string[]): Promise<string> {
  const { stdout } = await netprereqWithOnly(['check', '--print-rbac', ...args], { HOME: '/does/not/exist' });
  return stdout;
}

/** The rules without one verb of one resource. */
const without = (rules: readonly Rule[], verb: string, resource: string) =>
  rules.map((rule) =>
    rule.resources.includes(resource) ? { ...rule, verbs: rule.verbs.filter((one) => one !== verb) } : rule,
  );

describe('--print-rbac', () => {
  test('prints what grants the user of the kubeconfig a check, as YAML and nothing else', async () => {
    const kubeconfig = await startFor([]);
    const { code, stdout, stderr } = await netprereq(['check', '--print-rbac'], { KUBECONFIG: kubeconfig });
    expect([code, stderr]).toEqual([0, '']);
    const all = documents(stdout);
    expect(all.map(({ kind, metadata }) => [kind, metadata.name, metadata.namespace])).toEqual([
      ['ClusterRole', 'netprereq-check', undefined],
      ['ClusterRoleBinding', 'netprereq-check-jane', undefined],
      ['Role', 'netprereq-check', 'kube-system'],
      ['RoleBinding', 'netprereq-check-jane', 'kube-system'],
    ]);
    expect(all.flatMap(({ subjects = [] }) => subjects.map(({ kind, name }) => `${kind} ${name}`))).toEqual([
      'User jane',
      'User jane',
    ]);
  });

  test.for<[string[], object]>([
    [['--as', 'ci'], { kind: 'User', name: 'ci' }],
    [['--as', 'system:serviceaccount:ops:ci'], { kind: 'ServiceAccount', name: 'ci', namespace: 'ops' }],
    [['--as', 'evil: "x\n- kind: y'], { kind: 'User', name: 'evil: "x\n- kind: y' }],
  ])('needs no cluster for the user of %j', async ([args, subject]) => {
    const [, binding] = documents(await printed(...args));
    expect(binding?.subjects).toEqual([expect.objectContaining(subject)]);
  });

  test('without any cluster has a placeholder for the name, and says so on stderr', async () => {
    const result = await netprereqWithOnly(['check', '--print-rbac'], { HOME: '/does/not/exist' });
    expect(result.code).toBe(0);
    expect(documents(result.stdout)[1]?.subjects).toEqual([expect.objectContaining({ name: 'NAME' })]);
    expect(result.stderr).toMatch(/^note: your user name is unknown .*: replace NAME with it, or use --as$/m);
  });

  test('is for the namespace of -n', async () => {
    const namespaces = documents(await printed('--as', 'ci', '-n', 'probes')).map(({ metadata }) => metadata.namespace);
    expect(namespaces).toEqual([undefined, undefined, 'probes', 'probes']);
  });

  test('grants enough: nothing that a check asks for is refused', async () => {
    const kubeconfig = await startFor(rulesOf(await printed('--as', 'jane')));
    const { code, stderr } = await netprereq(['check'], { KUBECONFIG: kubeconfig });
    expect([code, stderr]).toEqual([3, '']);
    expect(standIn?.requests.filter(({ status }) => status === 403)).toEqual([]);
    expect(standIn?.created.length).toBe(1);
  });

  test('grants nothing that a check does not ask for', async () => {
    const rules = rulesOf(await printed('--as', 'jane'));
    const optional = ['daemonsets', 'configmaps', 'services', 'servicecidrs', 'pods/log'];
    for (const { verbs, resources } of rules) {
      for (const verb of verbs) {
        const [resource = ''] = resources;
        const kubeconfig = await startFor(without(rules, verb, resource));
        await netprereq(['check', '--timeout', '2s'], { KUBECONFIG: kubeconfig });
        const refused = standIn?.requests.some(({ status }) => status === 403);
        const asked = standIn?.requests.some(({ path }) => path.endsWith('/selfsubjectaccessreviews'));
        expect(refused || (asked && !optional.includes(resource)), `${verb} ${resource}`).toBe(true);
        await standIn?.stop();
      }
    }
    standIn = undefined;
  });
});

describe('a user who may not', () => {
  test.for<[string, string, RegExp]>([
    ['list', 'nodes', /Rights that you lack: list nodes\./],
    ['create', 'pods', /Rights that you lack: create pods in namespace kube-system\./],
    ['delete', 'pods', /Rights that you lack: delete pods in namespace kube-system\./],
    ['watch', 'pods', /Rights that you lack: watch pods in namespace kube-system\./],
  ])(
    '%s %s is told which verb is missing and gets the command that prints what grants it',
    async ([verb, resource, missing]) => {
      const kubeconfig = await startFor(without(rulesOf(await printed('--as', 'jane')), verb, resource));
      const result = await netprereq(['check', '-n', 'kube-system', '--timeout', '2s'], { KUBECONFIG: kubeconfig });
      expectRefusal(result, [missing, 'An administrator can grant what check, fix and undo need']);
      expect(result.stderr).toMatch(/^ +kubectl netprereq check --print-rbac -n kube-system --as jane$/m);
      expect(result.stderr).not.toContain('apiVersion:');
    },
  );

  test('do anything is told all that is missing at once', async () => {
    const result = await netprereq(['check'], { KUBECONFIG: await startFor([]) });
    expectRefusal(result, [
      /Rights that you lack: list nodes; create, list, watch, delete pods in namespace kube-system\./,
    ]);
  });

  test.for(['daemonsets', 'configmaps', 'services', 'servicecidrs'])('read %s is not held up', async (resource) => {
    const rules = rulesOf(await printed('--as', 'jane')).filter(({ resources }) => !resources.includes(resource));
    const { code } = await netprereq(['check'], { KUBECONFIG: await startFor(rules) });
    expect([code, standIn?.created.length]).toEqual([3, 1]);
  });
});

describe('a user who may not be another', () => {
  test.for<[string, string[], { resource: string; name: string }]>([
    ['--as', ['--as', 'root'], { resource: 'users', name: 'root' }],
    ['--as beyond ASCII', ['--as', 'Łukasz'], { resource: 'users', name: 'Łukasz' }],
  ])('%s is told that right, and gets the rule that grants it', async ([, args, { resource, name }]) => {
    const kubeconfig = await startFor([{ verbs: ['list'], resources: ['nodes'] }]);
    const result = await netprereq(['check', ...args], { KUBECONFIG: kubeconfig });
    expectRefusal(result, [
      new RegExp(
        `^Error from server \\(Forbidden\\): ${resource} "${name}" is forbidden: User "jane" cannot impersonate`,
        'm',
      ),
      `jane may not impersonate ${resource} "${name}".`,
      'leave out --as',
      'kubectl apply -f - and this:',
    ]);
    expect(result.stderr).not.toMatch(/check, fix and undo|netprereq-check/);
    const [role, binding] = documents(result.stderr.slice(result.stderr.indexOf('apiVersion:')));
    expect(role?.rules).toEqual([
      { apiGroups: [''], resources: [resource], verbs: ['impersonate'], resourceNames: [name] },
    ]);
    expect(binding?.subjects).toEqual([expect.objectContaining({ kind: 'User', name: 'jane' })]);
  });

  test('is told so by cleanup too', async () => {
    const kubeconfig = await startFor([]);
    const result = await netprereq(['cleanup', '--as', 'root'], { KUBECONFIG: kubeconfig });
    expectRefusal(result, ['jane may not impersonate users "root"', 'the verb impersonate', 'leave out --as']);
  });
});
