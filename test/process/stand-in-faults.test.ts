import { describe, expect, test } from 'vitest';
import { call, callJson, watchEvents } from '../support/client.ts';
import type { Fault, FaultEffect } from '../support/faults.ts';
import type { Pod } from '../support/objects.ts';
import { pod } from '../support/pod.ts';
import { startStandIn } from '../support/stand-in.ts';

const podsPath = '/api/v1/namespaces/default/pods';

async function standInWith(faults: Fault[], tls = true) {
  return startStandIn({ nodes: [{ name: 'node-1', behaviour: 'silent' }], faults, tls });
}

async function afterPost(effect: FaultEffect, tls = true) {
  const standIn = await standInWith([{ ...effect, method: 'POST', times: 1 }], tls);
  const send = () =>
    call(standIn.url, podsPath, { method: 'POST', body: pod('a', 'node-1') }).catch(
      (error: NodeJS.ErrnoException) => error,
    );
  const first = await send();
  const existing = standIn.pods().map(({ metadata }) => metadata.name);
  const second = await send();
  await standIn.stop();
  return { first, existing, second: second instanceof Error ? second.message : second.status };
}

describe('a fault', () => {
  test.for<[string, FaultEffect, number, string]>([
    ['429', { effect: 'status', code: 429 }, 429, 'Too many requests, please try again later.\n'],
    ['500', { effect: 'status', code: 500 }, 500, '"message":"etcdserver: request timed out"'],
    ['503', { effect: 'status', code: 503 }, 503, '"reason":"ServiceUnavailable"'],
    ['a page of a proxy', { effect: 'html', code: 502 }, 502, '<html>'],
    [
      'a webhook’s denial',
      { effect: 'deny', webhook: 'v.example', message: 'no root' },
      400,
      'admission webhook \\"v.example\\" denied the request: no root',
    ],
    [
      'Pod Security',
      { effect: 'pod-security', level: 'restricted' },
      403,
      'violates PodSecurity \\"restricted:latest\\": host namespaces (hostNetwork=true, hostPID=true), privileged (container \\"probe\\" must not',
    ],
    [
      'a quota',
      { effect: 'quota', quota: 'q', used: 9, hard: 9 },
      403,
      'exceeded quota: q, requested: pods=1, used: pods=9, limited: pods=9',
    ],
  ])('answers with %s instead of acting, and only so often', async ([, effect, code, text]) => {
    const { first, existing, second } = await afterPost(effect);
    expect(first).toMatchObject({ status: code });
    expect('bytes' in first && first.bytes.toString()).toContain(text);
    expect([existing, second]).toEqual([[], 201]);
  });

  test('of overload says when to come again', async () => {
    const { first } = await afterPost({ effect: 'status', code: 429, retryAfter: 7 });
    expect(first).toMatchObject({ headers: { 'retry-after': '7', 'content-type': 'text/plain; charset=utf-8' } });
  });

  test.for([
    ['before', true, [], 201],
    ['before', false, [], 201],
    ['after', true, ['a'], 409],
    ['after', false, ['a'], 409],
  ] as const)('resets the connection %s the pod is created (TLS: %s)', async ([when, tls, existing, second]) => {
    const result = await afterPost({ effect: 'reset', when }, tls);
    expect(result).toMatchObject({ first: { code: 'ECONNRESET' }, existing, second });
  });

  test('answers with 500 although the pod is created', async () => {
    const result = await afterPost({ effect: 'status', code: 500, when: 'after' });
    expect(result).toMatchObject({ first: { status: 500 }, existing: ['a'], second: 409 });
  });

  test.for([
    ['lost', ['a', 'c']],
    ['twice', ['a', 'b', 'b', 'c', 'd', 'd']],
    ['late', ['a', 'c', 'b']],
  ] as const)('lets events of a watch be %s', async ([how, expected]) => {
    const standIn = await standInWith([{ effect: 'disorder', how, every: 2, path: 'watch=true' }]);
    for (const name of ['a', 'b', 'c', 'd'])
      await call(standIn.url, podsPath, { method: 'POST', body: pod(name, 'node-1') });
    const seen: string[] = [];
    for await (const { object } of watchEvents<Pod>(standIn.url, `${podsPath}?watch=true&timeoutSeconds=1`))
      seen.push(object.metadata.name);
    await standIn.stop();
    expect(seen).toEqual(expected);
  });

  test('cuts an answer short', async () => {
    const { first, existing } = await afterPost({ effect: 'truncate', bytes: 100 });
    expect([first instanceof Error && first.message, existing]).toEqual(['aborted', ['a']]);
  });

  test('delays the answer, not the act', async () => {
    const standIn = await standInWith([{ effect: 'delay', ms: 60_000, when: 'after', method: 'POST' }]);
    const lost = call(standIn.url, podsPath, { method: 'POST', body: pod('a', 'node-1') }).catch(() => 'lost');
    await expect.poll(() => standIn.pods().length).toBe(1);
    const other = await callJson<{ items: unknown[] }>(standIn.url, podsPath);
    await standIn.stop();
    expect([other.items.length, await lost]).toEqual([1, 'lost']);
  });

  test.for([
    ['reset', 'aborted'],
    ['end', 'ended'],
    ['torn', 'aborted'],
  ] as const)('drops a watch by %s after so many events', async ([how, expected]) => {
    const standIn = await standInWith([{ effect: 'drop-watch', events: 2, how, path: 'watch=true' }]);
    for (const name of ['a', 'b', 'c'])
      await call(standIn.url, podsPath, { method: 'POST', body: pod(name, 'node-1') });
    const seen: string[] = [];
    const watch = async () => {
      for await (const { object } of watchEvents<Pod>(standIn.url, `${podsPath}?watch=true`))
        seen.push(object.metadata.name);
      return 'ended';
    };
    const end = await watch().catch(() => 'aborted');
    await standIn.stop();
    expect([seen.slice(0, 2), seen.length < 3, end]).toEqual([seen, true, expected]);
  });

  test('of expiry ends a watch with 410', async () => {
    const standIn = await standInWith([{ effect: 'gone', path: 'watch=true', times: 1 }]);
    const watch = watchEvents<{ code: number }>(standIn.url, `${podsPath}?watch=true&resourceVersion=5`);
    const { value } = await watch.next();
    await standIn.stop();
    expect(value).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  });

  test('changes the pod on its way in', async () => {
    const standIn = await standInWith([
      {
        effect: 'mutate',
        strip: ['hostNetwork', 'privileged'],
        registry: 'mirror.example:5000/proxy',
        sidecar: { name: 'mesh', image: 'docker.io/mesh/proxy:1' },
      },
    ]);
    const created = await callJson<Pod>(standIn.url, podsPath, { method: 'POST', body: pod('a', 'node-1') });
    await standIn.stop();
    expect(created.spec.hostNetwork).toBeUndefined();
    expect(created.spec.hostPID).toBe(true);
    expect(created.spec.containers[0]?.securityContext).toEqual({});
    expect(created.spec.containers.map(({ image }) => image)).toEqual([
      'mirror.example:5000/proxy/busybox:1.37.0',
      'mirror.example:5000/proxy/mesh/proxy:1',
    ]);
  });

  test('begins after the requests that it skips', async () => {
    const standIn = await standInWith([{ effect: 'status', code: 500, path: '/nodes', skip: 1, times: 1 }]);
    const statuses: number[] = [];
    for (const path of ['/version', '/api/v1/nodes', '/api/v1/nodes', '/api/v1/nodes']) {
      statuses.push((await call(standIn.url, path)).status);
    }
    await standIn.stop();
    expect(statuses).toEqual([200, 200, 500, 200]);
    expect(standIn.requests.map(({ path, status }) => [path, status])).toContainEqual(['/api/v1/nodes', 500]);
  });
});
