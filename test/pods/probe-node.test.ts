import { expect, test } from 'vitest';
import { timeToTakePod } from '../../src/pods/probe-node.ts';

const node = (...ready: string[]) => ({ conditions: ready.map((status) => ({ type: 'Ready', status })) });

test.for<[name: string, options: Parameters<typeof timeToTakePod>[0], seconds: number]>([
  ['whose kubelet reports', { node: node('True'), timeout: 60 }, 60],
  ['whose kubelet reports that it is not ready', { node: node('False'), timeout: 60 }, 60],
  ['whose kubelet has stopped reporting', { node: node('Unknown'), timeout: 60 }, 15],
  ['whose kubelet has never reported', { node: node(), timeout: 60 }, 15],
  ['that may be coming back from a reboot, as typed', { node: node('Unknown'), timeout: 120, timeoutGiven: true }, 120],
  ['that is down, with less than that typed', { node: node('Unknown'), timeout: 5, timeoutGiven: true }, 5],
])('the kubelet of a node %s has its time to take the pod', ([, options, seconds]) => {
  expect(timeToTakePod(options)).toBe(seconds);
});
