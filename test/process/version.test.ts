import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import { netprereq } from '../support/command.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../support/stand-in.ts';

let standIn: StandIn | undefined;
afterEach(async () => {
  await standIn?.stop();
  standIn = undefined;
});

async function server(options: Partial<StandInOptions> = {}): Promise<Record<string, string>> {
  standIn = await startStandIn({ nodes: [], ...options });
  return { KUBECONFIG: standIn.kubeconfig };
}

const clientVersion = {
  gitVersion: `v${manifest.version}`,
  platform: `${process.platform}-${process.arch}`,
  nodeVersion: process.version,
};

describe('version', () => {
  test('names this program and the server, in words and as a document', async () => {
    const env = await server();
    const { code, stdout, stderr } = await netprereq(['version'], env);
    expect([code, stdout, stderr]).toEqual([
      0,
      `Client Version: v${manifest.version}\nNode.js Version: ${process.version} (${process.platform}-${process.arch})\nServer Version: v1.34.4\n`,
      '',
    ]);
    const versions = { clientVersion, serverVersion: { gitVersion: 'v1.34.4' } };
    expect(JSON.parse((await netprereq(['version', '-o', 'json'], env)).stdout)).toEqual(versions);
    expect(parse((await netprereq(['version', '-o', 'yaml'], env)).stdout)).toEqual(versions);
  });

  test('--client asks no server', async () => {
    const { code, stdout } = await netprereq(['version', '--client', '-o', 'json'], { KUBECONFIG: '/does/not/exist' });
    expect([code, JSON.parse(stdout)]).toEqual([0, { clientVersion }]);
  });

  test('a server that cannot be asked is an error, after the version of this program', async () => {
    const env = await server();
    await standIn?.stop();
    const { code, stdout, stderr } = await netprereq(['version'], env);
    expect([code, stdout]).toEqual([2, expect.stringMatching(/^Client Version: .*\nNode.js Version: .*\n$/)]);
    expect(stderr).toMatch(/^(error: |The connection to the server )/);
  });

  test.for<[string, string]>([
    ['v1.23.17-eks-1', '1.23'],
    ['v1.38.0', '1.38'],
    ['v2.0.0', '2.0'],
  ])('warns once of a server at %s', async ([gitVersion, shown]) => {
    const { code, stderr } = await netprereq(['version'], await server({ gitVersion }));
    expect([code, stderr]).toEqual([
      0,
      `warning: expected to work with Kubernetes 1.24 to 1.37; this server is ${shown}\n`,
    ]);
  });

  test.for(['v1.24.0', 'v1.37.2+k3s1', 'something'])('says nothing of a server at %s', async (gitVersion) => {
    expect((await netprereq(['version'], await server({ gitVersion }))).stderr).toBe('');
  });
});
