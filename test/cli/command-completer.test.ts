import { describe, expect, test } from 'vitest';
import { commandCompleter, retypeHints } from '../../src/cli/command-completer.ts';
import { wrapAdvice, wrapLine } from '../../src/cli/wrap-error.ts';
import { CheckError, UsageError } from '../../src/errors.ts';
import { type Advice, run } from '../../src/text/advice.ts';

describe('a command in a hint reaches the same cluster again', () => {
  const retype = commandCompleter({ context: 'prod', 'as-group': ['a', 'b c'] });
  const FLAGS = "--context prod --as-group a --as-group 'b c'";

  test.for<[string, string]>([
    ['kubectl get nodes', `kubectl ${FLAGS} get nodes`],
    ['kubectl label namespace x a=b', `kubectl ${FLAGS} label namespace x a=b`],
    ['kubectl debug node/a -it -- chroot /host sh', `kubectl ${FLAGS} debug node/a -it -- chroot /host sh`],
    // kubectl refuses flags in front of a plug-in's name.
    ['kubectl netprereq cleanup --run x', `kubectl netprereq cleanup ${FLAGS} --run x`],
    ['kubectl netprereq check --local', 'kubectl netprereq check --local'],
    ['kubectl netprereq explain br-netfilter', 'kubectl netprereq explain br-netfilter'],
    ['iptables -S FORWARD', 'iptables -S FORWARD'],
    ['kubectl config get-contexts', 'kubectl config get-contexts'],
    ['kubectl config get-clusters', 'kubectl config get-clusters'],
    ['kubectl config unset users.u.token', 'kubectl config unset users.u.token'],
    ['kubectl config view --minify', `kubectl ${FLAGS} config view --minify`],
  ])('%s', ([hint, wanted]) => {
    expect(retype(hint)).toBe(wanted);
  });

  test.for<[Parameters<typeof commandCompleter>[0], string]>([
    [{}, 'kubectl get nodes'],
    [{ server: '', context: '', token: '', as: '' }, 'kubectl get nodes'],
    [{ server: '', user: 'u' }, 'kubectl --user u get nodes'],
    [{ kubeconfig: "it's mine" }, "kubectl --kubeconfig 'it'\\''s mine' get nodes"],
    [{ token: 'secret' }, 'kubectl --token TOKEN get nodes'],
    [{ 'insecure-skip-tls-verify': true }, 'kubectl --insecure-skip-tls-verify get nodes'],
    [{ cluster: 'c', user: 'u', server: 'https://a:1' }, 'kubectl --cluster c --user u --server https://a:1 get nodes'],
    [{ server: 'https://me:secret@a:1/b' }, 'kubectl --server https://me:PASSWORD@a:1/b get nodes'],
    [{ server: 'me:se@cret@a:1' }, 'kubectl --server me:PASSWORD@a:1 get nodes'],
    [{ context: '$(reboot)' }, "kubectl --context '$(reboot)' get nodes"],
  ])('%j', ([flags, wanted]) => {
    expect(commandCompleter(flags)('kubectl get nodes')).toBe(wanted);
  });

  test.for<[Parameters<typeof commandCompleter>[0] & Record<string, unknown>, string, string]>([
    [{ cni: 'flannel' }, 'kubectl netprereq fix a b', 'kubectl netprereq fix --cni flannel a b'],
    [{ cni: 'calico' }, 'kubectl netprereq fix --local', 'kubectl netprereq fix --cni calico --local'],
    [{ cni: 'calico' }, 'sudo kubectl-netprereq undo --local', 'sudo kubectl-netprereq undo --cni calico --local'],
    [{ namespace: 'x', context: 'c' }, 'kubectl netprereq fix --local', 'kubectl netprereq fix --local'],
    [
      { 'ip-families': ['IPv4', 'IPv6'] },
      'kubectl netprereq check a',
      'kubectl netprereq check --ip-families IPv4,IPv6 a',
    ],
    [
      { only: ['ipv4-forwarding'], skip: [] },
      'kubectl netprereq fix a',
      'kubectl netprereq fix --only ipv4-forwarding a',
    ],
    [{ only: ['ipv4-forwarding'] }, 'kubectl netprereq undo a', 'kubectl netprereq undo a'],
    [
      { image: 'r/b:1', 'image-pull-secret': ['s', 't'], 'priority-class': 'p', 'image-pull-policy': 'Never' },
      'kubectl netprereq undo a',
      'kubectl netprereq undo --image r/b:1 --image-pull-policy Never --image-pull-secret s --image-pull-secret t --priority-class p a',
    ],
    [{ image: 'r/b:1' }, 'kubectl netprereq check --image y', 'kubectl netprereq check --image y'],
    [{ namespace: 'x' }, 'kubectl netprereq cleanup --run a', 'kubectl netprereq cleanup -n x --run a'],
    [{ namespace: 'x' }, 'kubectl netprereq cleanup --run a -n y', 'kubectl netprereq cleanup --run a -n y'],
    [{ namespace: 'x' }, 'kubectl get pods', 'kubectl get pods'],
    [{ 'least-privilege': true }, 'kubectl netprereq fix a', 'kubectl netprereq fix a'],
    [
      { timeout: '3m', 'request-timeout': '40s' },
      'kubectl netprereq fix a',
      'kubectl netprereq fix --request-timeout 40s --timeout 3m a',
    ],
    [{ timeout: '60s', settle: '5s' }, 'kubectl netprereq fix a', 'kubectl netprereq fix a'],
    [
      { as: 'u', context: 'c', timeout: '3m' },
      'kubectl netprereq check --print-rbac -n kube-system --as u',
      'kubectl netprereq check --context c --print-rbac -n kube-system --as u',
    ],
    [{ timeout: '1m' }, 'kubectl netprereq check a --timeout 3m', 'kubectl netprereq check a --timeout 3m'],
    [
      { timeout: '3m', 'request-timeout': '40s' },
      'kubectl netprereq cleanup --run a',
      'kubectl netprereq cleanup --request-timeout 40s --run a',
    ],
    [
      { 'runtime-only': true, 'allow-other-bridges': true, 'restart-pods': true, settle: '30s' },
      'kubectl netprereq fix a',
      'kubectl netprereq fix --runtime-only --allow-other-bridges --settle 30s --restart-pods a',
    ],
    [{ 'runtime-only': true, settle: '30s' }, 'kubectl netprereq undo a', 'kubectl netprereq undo --settle 30s a'],
    [{ force: true }, 'kubectl netprereq undo --local', 'kubectl netprereq undo --force --local'],
  ])('with %j, %s becomes %s', ([flags, hint, wanted]) => {
    expect(commandCompleter(flags, true)(hint)).toBe(wanted);
  });

  test.for([
    ['kubectl netprereq check --local', 'kubectl-netprereq check --cni flannel --local'],
    ['kubectl netprereq explain br-netfilter', 'kubectl-netprereq explain br-netfilter'],
    ['kubectl netprereq fix --root /mnt', 'kubectl-netprereq fix --cni flannel --root /mnt'],
    ['sudo kubectl-netprereq undo --local', 'sudo kubectl-netprereq undo --cni flannel --local'],
    ['kubectl get nodes', 'kubectl get nodes'],
  ])('where there is no kubectl, %s becomes %s', ([hint = '', wanted]) => {
    const flags: Parameters<typeof commandCompleter>[0] & Record<string, unknown> = { cni: 'flannel' };
    expect(commandCompleter(flags, true, true)(hint)).toBe(wanted);
  });

  test.for([
    ['kubectl netprereq fix --local', 'sudo kubectl-netprereq fix --local'],
    ['sudo kubectl-netprereq undo --root /mnt', 'sudo kubectl-netprereq undo --root /mnt'],
    ['kubectl netprereq check --local', 'kubectl netprereq check --local'],
    ['kubectl netprereq fix node-1', 'kubectl netprereq fix node-1'],
  ])('for whoever is not root, %s becomes %s', ([hint = '', wanted]) => {
    expect(commandCompleter({}, false)(hint)).toBe(wanted);
  });

  test.for<[string, boolean, string, string]>([
    ['nobody can be asked', false, 'kubectl netprereq fix --root /mnt', 'kubectl netprereq fix --root /mnt --yes'],
    ['nobody can be asked', false, 'kubectl netprereq undo node-1', 'kubectl netprereq undo node-1 --yes'],
    ['nobody can be asked', false, 'kubectl netprereq check node-1', 'kubectl netprereq check node-1'],
    ['somebody can be asked', true, 'kubectl netprereq fix node-1', 'kubectl netprereq fix node-1'],
  ])('where --yes was typed and %s (%s), %s becomes %s', ([, canAsk, hint, wanted]) => {
    const flags: Parameters<typeof commandCompleter>[0] & Record<string, unknown> = { yes: true };
    expect(commandCompleter(flags, true, false, canAsk)(hint)).toBe(wanted);
  });

  test('in the hints of errors, and nothing else of them changes', () => {
    const error = new CheckError('no: kubectl get nodes', {
      tries: [run('kubectl get nodes', 'see them'), 'kubectl is a program'],
      document: 'kubectl get x',
    });
    expect(retypeHints(error, retype)).toMatchObject({
      message: 'no: kubectl get nodes',
      tries: [run(`kubectl ${FLAGS} get nodes`, 'see them'), 'kubectl is a program'],
      document: 'kubectl get x',
    });
    expect(retypeHints(new UsageError('wrong', [run('kubectl get nodes')]), retype)).toEqual(
      new UsageError('wrong', [run(`kubectl ${FLAGS} get nodes`)]),
    );
    const foreign = new Error('x');
    expect(retypeHints(foreign, retype)).toBe(foreign);
  });
});

describe('an error on a terminal', () => {
  test.for<[Advice, string[]]>([
    ['short', ['  short']],
    ['a sentence that is too long', ['  a sentence that is', '    too long']],
    [run('kubectl get nodes --show-labels'), ['  kubectl get nodes --show-labels']],
    [run('ls', 'see it'), ['  see it: ls']],
    [run('kubectl get --raw /readyz', 'look at it'), ['  look at it:', '    kubectl get --raw /readyz']],
  ])('%j is wrapped at its width, commands never', ([advice, wanted]) => {
    expect(wrapAdvice(advice, 20)).toEqual(wanted);
  });

  test('keeps the indentation of each line of its message', () => {
    expect(wrapLine('  kube-system: it may not', 20)).toEqual(['  kube-system: it', '    may not']);
  });
});
