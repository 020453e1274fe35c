import { resources } from './resources.ts';

const groups = [...new Set(resources.map((resource) => resource.group))].filter((group) => group !== '');

const groupVersion = (group: string) => ({ groupVersion: `${group}/v1`, version: 'v1' });

function resourceList(group: string): object {
  const listed = resources
    .filter((resource) => resource.group === group)
    .map(({ name, kind, namespaced, verbs, shortNames }) => {
      return { name, singularName: kind.toLowerCase(), namespaced, kind, verbs, shortNames };
    });
  const log = { name: 'pods/log', singularName: '', namespaced: true, kind: 'Pod', verbs: ['get'] };
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: group === '' ? 'v1' : `${group}/v1`,
    resources: group === '' ? [...listed, log] : listed,
  };
}

/**
 * What a path of discovery or /version answers, to any authenticated user; undefined for other paths. Clients that ask
 * for aggregated discovery get the older form, as from a server before 1.26, and cope.
 */
export function discovery(path: string, gitVersion: string, address: string): object | undefined {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  const documents: Record<string, () => object> = {
    '/version': () => ({
      major,
      minor,
      gitVersion,
      gitCommit: '0000000000000000000000000000000000000000',
      gitTreeState: 'clean',
      buildDate: '2026-01-01T00:00:00Z',
      goVersion: 'go1.24.0',
      compiler: 'gc',
      platform: 'linux/amd64',
    }),
    '/api': () => ({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
    }),
    '/apis': () => ({
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: groups.map((name) => {
        return { name, versions: [groupVersion(name)], preferredVersion: groupVersion(name) };
      }),
    }),
    '/api/v1': () => resourceList(''),
  };
  for (const group of groups) documents[`/apis/${group}/v1`] = () => resourceList(group);
  return documents[path]?.();
}
