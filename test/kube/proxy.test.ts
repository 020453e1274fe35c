import { expect, test } from 'vitest';
import { proxyFromEnvironment } from '../../src/kube/proxy.ts';

const HTTPS_PROXY = 'http://proxy:3128';

test.each([
  ['https://k8s.example.com:6443', { HTTPS_PROXY }, HTTPS_PROXY],
  ['https://k8s.example.com:6443', { https_proxy: 'proxy:3128' }, HTTPS_PROXY],
  ['http://k8s.example.com', { HTTPS_PROXY }, undefined],
  ['http://k8s.example.com', { HTTP_PROXY: HTTPS_PROXY }, HTTPS_PROXY],
  ['https://localhost:6443', { HTTPS_PROXY }, undefined],
  ['https://127.0.0.2:6443', { HTTPS_PROXY }, undefined],
  ['https://[::1]:6443', { HTTPS_PROXY }, undefined],
  ['https://k8s.example.com', { HTTPS_PROXY, NO_PROXY: '*' }, undefined],
  ['https://k8s.example.com', { HTTPS_PROXY, NO_PROXY: 'other, example.com' }, undefined],
  ['https://k8s.example.com', { HTTPS_PROXY, NO_PROXY: '.example.com' }, undefined],
  ['https://k8s.example.com', { HTTPS_PROXY, no_proxy: '*.example.com' }, undefined],
  ['https://example.com', { HTTPS_PROXY, NO_PROXY: '.example.com' }, HTTPS_PROXY],
  ['https://notexample.com', { HTTPS_PROXY, NO_PROXY: 'example.com' }, HTTPS_PROXY],
  ['https://k8s.example.com:6443', { HTTPS_PROXY, NO_PROXY: 'k8s.example.com:443' }, HTTPS_PROXY],
  ['https://k8s.example.com', { HTTPS_PROXY, NO_PROXY: 'k8s.example.com:443' }, undefined],
  ['https://10.1.2.3:6443', { HTTPS_PROXY, NO_PROXY: '10.0.0.0/8' }, undefined],
  ['https://11.1.2.3:6443', { HTTPS_PROXY, NO_PROXY: '10.0.0.0/8' }, HTTPS_PROXY],
  ['https://[fd00::5]:6443', { HTTPS_PROXY, NO_PROXY: 'fd00::/8' }, undefined],
  ['https://[fd00::5]:6443', { HTTPS_PROXY, NO_PROXY: 'fd00::5' }, undefined],
  ['https://10.1.2.3:6443', { HTTPS_PROXY, NO_PROXY: '10.1.2.3' }, undefined],
  ['https://10.1.2.3:6443', { HTTPS_PROXY, NO_PROXY: '10.0.0.0/99, 300.0.0.0/8' }, HTTPS_PROXY],
])('%s with %j goes through %s', (server, env, proxy) => {
  expect(proxyFromEnvironment(new URL(server), env)?.url).toBe(proxy);
});
