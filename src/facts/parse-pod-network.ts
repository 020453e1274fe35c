import { cidrOfRoute } from './cidr.ts';
import type { CniConfiguration, ConnectedNetwork, NodeFacts } from './facts.ts';
import { FILE } from './parse-files.ts';
import { complete, decodeWord, defined, flag, record, type Sections, words, wordsBehind } from './parse-records.ts';

const LINKS_LIMIT = 256;

/** These hand a pod on to the plug-in of a later file, or of their own list of delegates. */
const META_PLUGINS = /^(multus|multus-shim|genie|danm|loopback)$/;

/** `net KIND NAME NET…` for each, complete with `ipvs FLAG`. */
export function podLinks(sections: Sections): Pick<NodeFacts, 'networks' | 'ipvsLink'> {
  const ipvsLink = flag(record(sections, 'n', 'ipvs'));
  if (ipvsLink === undefined) return {};
  const records = (sections.get('n') ?? []).filter((text) => text.startsWith('net '));
  const networks = records.slice(0, LINKS_LIMIT).flatMap((text): ConnectedNetwork[] => {
    const [, kind, link, ...routes] = words(text);
    if (link === undefined || (kind !== 'b' && kind !== 'v')) return [];
    return [{ link, is: kind === 'b' ? 'bridge' : 'veth', cidrs: routes.flatMap((route) => cidrOfRoute(route) ?? []) }];
  });
  return { networks, ipvsLink };
}

/** `programs NAME…`, and `proxy NAME =MODE`. */
export function clusterPrograms(sections: Sections): Pick<NodeFacts, 'programs' | 'kubeProxy'> {
  const names = wordsBehind(sections, 'n', 'programs');
  if (names === undefined) return {};
  const [program, mode] = wordsBehind(sections, 'n', 'proxy') ?? [];
  const told = /^=([a-z]{0,16})$/.exec(mode ?? '')?.[1];
  return defined({
    programs: names.slice(0, 16),
    kubeProxy:
      program === undefined ? undefined : defined<NonNullable<NodeFacts['kubeProxy']>>({ program, mode: told }),
  });
}

/** The first file that connects pods: one that only delegates, and says not to what, leaves that to the next. */
export function cniConfiguration(sections: Sections): CniConfiguration | null | undefined {
  const records = complete(sections, 'c');
  if (!records) return undefined;
  const files: (CniConfiguration & { plugins: string[]; read: boolean })[] = [];
  for (const text of records) {
    const [, kind, path = ''] = FILE.exec(text) ?? [];
    const file = files.at(-1);
    if (kind !== undefined) files.push({ file: decodeWord(path), plugins: [], read: /[-+x]/.test(kind) });
    else if (file && text.startsWith('plugin ')) addPlugin(file, words(text));
    else if (file && text === 'e') file.read = false;
  }
  const [first] = files;
  if (!first) return null;
  const chosen = files.find(
    ({ plugins, read }) => !read || (plugins.length > 0 && !META_PLUGINS.test(plugins[0] ?? '')),
  );
  const { read, ...configuration } = chosen ?? first;
  return read ? configuration : undefined;
}

function addPlugin(
  file: CniConfiguration & { plugins: string[] },
  [, type = '-', to = '-', mode = '-']: string[],
): void {
  const known = (word: string) => (word === '-' ? undefined : word);
  const delegate = known(to);
  const isFirst = file.plugins.length === 0;
  // What multus delegates to first is the pod's network.
  const own = META_PLUGINS.test(type) && delegate !== undefined ? delegate : type;
  file.plugins.push(own);
  if (isFirst && own === type) Object.assign(file, defined({ delegate, mode: known(mode) }));
}
