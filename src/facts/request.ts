import { bootNeeds } from './boot-needs.ts';
import { requireSysctlKey, withoutAlternatives } from './request-keys.ts';
import { isFilePath, isPath } from './request-paths.ts';

/** What is read only when somebody asks for it and is neither a sysctl nor a module nor a kernel option. */
export const FACT_KINDS = ['bridges', 'cni', 'routes', 'forwarding', 'firewall', 'links', 'programs'] as const;

/**
 * bridges, cni, programs, firewall: the fields of NodeFacts. routes: the IPv6 default routes that a router advertised. forwarding: idleInterfaces, uplinks.
 * links: networks, ipvs.
 */
export type FactKind = (typeof FACT_KINDS)[number];

/** What is to be read on a node. Whatever is not in it is not read, and is not known. */
export interface FactsRequest {
  /**
   * Dotted keys; a slash stands for a dot in an interface's name. The interface in net.ipv4.conf.X.y, net.ipv6.conf.X.y,
   * net.ipv4.neigh.X.y and net.ipv6.neigh.X.y may be a shell glob (`cali*`), also with alternatives (`{lxc*,cilium_*}`).
   */
  readonly sysctls: readonly string[];
  /** Names with underscores. What decides their boot (modprobe.d, modules-load.d, the kernels' lists) is read for them. */
  readonly modules: readonly string[];
  /** Modules whose loading at boot is to be followed through systemd's units and udev's rules as well. */
  readonly persistent: readonly string[];
  /** Kernel options: CONFIG_X. */
  readonly options: readonly string[];
  readonly kinds: readonly FactKind[];
  /**
   * Files whose lines are read, comments left out: absolute paths on the node, of which the last component may be `*.SUFFIX`, and
   * behind a `#` words of which a line must have one (`/etc/resolv.conf#nameserver|options`) to leave the node. Below
   * /proc/net it is the node's network namespace; of a table in /proc/net/stat the first column and the last one are read.
   */
  readonly files: readonly string[];
  /** Paths on the node of which only it is asked whether they exist; a link that leads nowhere does. */
  readonly paths: readonly string[];
  /** Files that fix may write. They, the journal, and whatever that names are read byte for byte. No rule asks for it. */
  readonly owned?: readonly string[];
}

/** The most that one request holds of each; a larger one would not fit into a node's answer. */
export const REQUEST_LIMITS = {
  sysctls: 256,
  modules: 128,
  persistent: 16,
  options: 64,
  kinds: 8,
  files: 64,
  paths: 64,
  owned: 64,
} as const;

/** Nothing is asked. */
export const NOTHING_ASKED: Required<Omit<FactsRequest, 'owned'>> = {
  sysctls: [],
  modules: [],
  persistent: [],
  options: [],
  kinds: [],
  files: [],
  paths: [],
};

/**
 * One request for all that these ask, and for what the boot of it depends on: everything once, sorted, alternatives written out.
 * Throws where one of them asks for what cannot exist, or all of them for too much. A merged request is merged into itself.
 */
export function mergeRequests(requests: readonly FactsRequest[]): FactsRequest {
  const asked = join(requests);
  const keys = asked.sysctls.flatMap(withoutAlternatives);
  return bounded(
    join([
      { ...asked, sysctls: keys },
      { ...NOTHING_ASKED, ...bootNeeds({ ...asked, sysctls: keys }) },
    ]),
  );
}

function join(requests: readonly FactsRequest[]): FactsRequest {
  const all = <K extends keyof typeof NOTHING_ASKED>(part: K) =>
    [...new Set(requests.flatMap((request) => request[part] as readonly FactsRequest[K][number][]))].sort();
  const owned = [...new Set(requests.flatMap((request) => request.owned ?? []))].sort();
  return {
    sysctls: all('sysctls'),
    modules: all('modules'),
    persistent: all('persistent'),
    options: all('options'),
    kinds: all('kinds'),
    files: all('files'),
    paths: all('paths'),
    ...(owned.length > 0 && { owned }),
  };
}

/** The same request, if all of it can be asked. Its words go into a script: nothing that a shell could take for more may pass. */
function bounded(request: FactsRequest): FactsRequest {
  for (const key of request.sysctls) requireSysctlKey(key);
  for (const name of request.modules) requireWord(name, isModuleName(name), 'name of a kernel module');
  for (const name of request.options) requireWord(name, /^CONFIG_[A-Z0-9_]{1,64}$/.test(name), 'kernel option');
  for (const name of request.kinds) requireWord(name, FACT_KINDS.includes(name), 'kind of fact');
  for (const path of request.files) requireWord(path, isFilePath(path), 'path of a file');
  for (const path of [...request.paths, ...(request.owned ?? [])]) requireWord(path, isPath(path), 'path');
  for (const part of Object.keys(REQUEST_LIMITS) as (keyof FactsRequest)[]) {
    const [count, limit] = [request[part]?.length ?? 0, REQUEST_LIMITS[part]];
    if (count > limit) throw new RangeError(`a request for ${count} ${part}: ${limit} is the most`);
  }
  return request;
}

function requireWord(word: string, valid: boolean, what: string): void {
  if (!valid) throw new RangeError(`${JSON.stringify(word)} is no ${what}`);
}

/** Whether a kernel module may have this name, which is in the spelling with underscores. */
export function isModuleName(name: string): boolean {
  return /^\w{1,56}$/.test(name);
}
