import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { openEnvelope } from '../../src/probe/envelope.ts';
import type { Pod } from '../../test/support/objects.ts';
import type { DemoCluster } from './cluster.ts';
import { DEMO_NODES } from './nodes.ts';

/**
 * Checks the cluster and writes each node's answer to `file`, for machines without namespaces. Only what nodes in namespaces answered is
 * recorded: refuses when one of them is not.
 * @param check runs the command, its output discarded
 * @returns an exit code
 */
export async function recordAnswers(
  { standIn, recorded }: DemoCluster,
  file: URL,
  check: () => Promise<number>,
): Promise<number> {
  const [missing] = recorded;
  if (missing) throw new Error(`nothing was recorded: ${missing.reason}`);
  const answers: Record<string, string> = {};
  standIn.store.subscribe(({ resource, object }) => {
    if (resource !== 'pods') return;
    const { spec, status } = object as Pod;
    const message = status.containerStatuses?.[0]?.state.terminated?.message;
    const name = spec.nodeName ?? '';
    const lacksModule = DEMO_NODES.find((node) => node.name === name)?.lacksModule;
    if (message) answers[name] = lacksModule ? withoutModule(message) : message;
  });
  await check();
  const sorted = Object.fromEntries(Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(sorted, undefined, 2)}\n`);
  return 0;
}

/**
 * An answer as of a kernel that has br_netfilter as a module, and not loaded: what the machine's own kernel says of its modules is
 * replaced. The files and the sysctls are the node's.
 */
function withoutModule(told: string): string {
  const opened = openEnvelope(told);
  if ('problem' in opened) throw new Error(opened.problem);
  const loaded = (/^n (?:modules|sysfs) (.*)$/m.exec(opened.text)?.[1] ?? '')
    .split(' ')
    .filter((name) => name !== 'br_netfilter');
  const text = opened.text
    .replace(/^n loadable .$/m, `n loadable 1\nn modules ${loaded.join(' ')}`)
    .replace(/^n sysfs .*$/m, `n sysfs ${loaded.join(' ')}`)
    .replace('# CONFIG_MODULES is not set', 'CONFIG_MODULES=y')
    .replace('CONFIG_BRIDGE_NETFILTER=y', 'CONFIG_BRIDGE_NETFILTER=m');
  const payload = gzipSync(text).toString('base64');
  return `np1 gz ${payload.length} - ${payload}`;
}
