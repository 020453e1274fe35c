import { gzipSync } from 'node:zlib';
import { openEnvelope } from '../../src/probe/envelope.ts';

const MODULE = 'br_netfilter';

/**
 * A probe's answer as of a kernel that has br_netfilter as a module: what the machine's own kernel says of its modules is replaced. The
 * files and the sysctls stay the node's. What is no answer stays as it is.
 */
export function withModule(told: string, loaded: boolean): string {
  const opened = openEnvelope(told);
  if ('problem' in opened) return told;
  const listed = /^n (?:modules|sysfs) (.*)$/m.exec(opened.text)?.[1]?.split(' ') ?? [];
  const modules = [...listed.filter((name) => name !== MODULE), ...(loaded ? [MODULE] : [])].join(' ');
  const text = opened.text
    .replace(/^n modules .*\n/m, '')
    .replace(/^n loadable .$/m, `n loadable 1\nn modules ${modules}`)
    .replace(/^n sysfs .*$/m, `n sysfs ${modules}`)
    .replace('# CONFIG_MODULES is not set', 'CONFIG_MODULES=y')
    .replace('CONFIG_BRIDGE_NETFILTER=y', 'CONFIG_BRIDGE_NETFILTER=m');
  const payload = gzipSync(text).toString('base64');
  return `np1 gz ${payload.length} - ${payload}`;
}
