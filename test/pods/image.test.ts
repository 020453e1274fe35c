import { expect, test } from 'vitest';
import type { DaemonSet } from '../../src/kube/cluster.ts';
import { DEFAULT_IMAGE, imageChoices, withAgentsImages } from '../../src/pods/image.ts';

const daemonSet = (image: string, namespace = 'kube-flannel'): DaemonSet => ({
  name: 'kube-flannel-ds',
  namespace,
  labels: {},
  containers: [{ name: 'kube-flannel', image, init: false, command: [], args: [] }],
});
const flannel = 'ghcr.io/flannel-io/flannel:v0.28.9';
const fallback = { name: DEFAULT_IMAGE, pullPolicy: 'IfNotPresent' };

test.for<[string, string[][], DaemonSet[], object[]]>([
  [
    "flannel's own image is taken when the node holds it",
    [[flannel]],
    [daemonSet(flannel)],
    [{ name: flannel, pullPolicy: 'Never' }, fallback],
  ],
  ['an image the node does not hold is not tried', [['other:1']], [daemonSet(flannel)], [fallback]],
  [
    'a mirror keeps the path',
    [['mirror:5000/flannel-io/flannel:v1']],
    [daemonSet('mirror:5000/flannel-io/flannel:v1')],
    [{ name: 'mirror:5000/flannel-io/flannel:v1', pullPolicy: 'Never' }, fallback],
  ],
  ["a tenant's DaemonSet is not the cluster's CNI", [[flannel]], [daemonSet(flannel, 'tenant-a')], [fallback]],
  [
    'an image that merely ends like it is not on the list',
    [['evil.test/notflannel-io/flannel2:1']],
    [daemonSet('evil.test/notflannel-io/flannel2:1')],
    [fallback],
  ],
  ['an image the node holds without any DaemonSet is not taken', [[flannel]], [], [fallback]],
])('%s', ([, images, daemonSets, expected]) => {
  expect(imageChoices({ images }, daemonSets, {})).toEqual(expected);
  const [kept] = withAgentsImages([{ images }], daemonSets);
  expect(imageChoices(kept ?? { images: [] }, daemonSets, {})).toEqual(expected);
});

test('of the images of a node none is kept that no DaemonSet runs', () => {
  const images = [['tenant/app:1'], [flannel, `${flannel}@sha256:0`], ['busybox:1']];
  expect(withAgentsImages([{ images }], [daemonSet(flannel)])).toEqual([{ images: [images[1]] }]);
});

test('--image is the only choice when it is given', () => {
  expect(
    imageChoices({ images: [[flannel]] }, [daemonSet(flannel)], { name: 'my/box:1', pullPolicy: 'Always' }),
  ).toEqual([{ name: 'my/box:1', pullPolicy: 'Always' }]);
});
