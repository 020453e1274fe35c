import { expect, test } from 'vitest';
import { nextStep, nextStepOfLog } from '../../src/check/next-step.ts';
import { adviceText } from '../../src/text/advice.ts';

const HEALTHY = nextStepOfLog('starting\nready');
const tries = (text: string) => nextStep(text)?.tries.map(adviceText).join('\n') ?? '';

test.each([
  [
    'Failed to create pod sandbox: plugin type="flannel" failed (add): failed to load flannel subnet.env file: open /run/flannel/subnet.env: no such file or directory',
  ],
  ['loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory'],
  ['open /run/flannel/subnet.env: 没有那个文件或目录'],
])('%s: flanneld has not run', (text) => {
  expect(nextStep(text)?.says).toMatch(/^flanneld has not run on this node/);
  expect(nextStepOfLog(`starting\n${text}`)).toEqual(nextStep(text));
  expect(tries(text)).toMatch(/kubectl logs .*flannel[\s\S]*kubectl netprereq check[\s\S]*explain br-netfilter$/);
});

test.each([
  ['flannel', /-l app=flannel/],
  ['flanneld', /-l app=flannel -c kube-flannel /],
  ['canal', /-n kube-system -l k8s-app=canal -c kube-flannel /],
  ['Calico', /-l k8s-app=calico-node -c calico-node /],
  ['cilium', /-l k8s-app=cilium -c cilium-agent /],
  ['kube-proxy', /-l k8s-app=kube-proxy -c kube-proxy /],
  ['CrashLoopBackOff', /POD --previous/],
  ['crashloopbackoff', /POD --previous/],
  ['crash', /POD --previous/],
])('the word %s leads to a log and to a check', (word, logs) => {
  expect(tries(word)).toMatch(logs);
  expect(tries(word)).toMatch(/kubectl netprereq check$/);
  expect(nextStepOfLog(word)).toEqual(HEALTHY);
});

test.each([[''], ['everything'], ['subnet.env'], ['canals']])('nothing is known of %j', (text) => {
  expect(nextStep(text)).toBeUndefined();
});

test.each([
  ['I1130 main.go:408] Wrote subnet file to /run/flannel/subnet.env'],
  ['W1130 main.go:540] no subnet found for key: FLANNEL_IPV6_NETWORK in file: /run/flannel/subnet.env'],
])('a log in which flanneld runs says nothing else: %s', (log) => {
  expect(nextStepOfLog(log)).toEqual(HEALTHY);
});

test('a log that says nothing leads to a check and to the log before a restart, not to a guess', () => {
  expect(HEALTHY.tries.map(adviceText).join('\n')).toMatch(
    /kubectl netprereq check\n.* --previous \| kubectl netprereq explain -$/,
  );
  expect(HEALTHY.tries.map(adviceText).join('\n')).not.toMatch(/explain [a-z]/);
});
