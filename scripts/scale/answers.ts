import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openEnvelope } from '../../src/probe/envelope.ts';
import { flannelCluster } from '../../test/support/clusters.ts';
import { answersOf } from '../../test/support/recorded-answers.ts';
import { DEMO_NODES } from '../demo/nodes.ts';

/**
 * Has the real probe read made-up nodes of several kinds (healthy, broken now, broken after a reboot), and writes what they answer: files for
 * the simulated nodes that `npm run bench:scale` checks. Half of them are of healthy nodes. Needs root, namespaces, and a build.
 * Usage: npm run bench:answers -- DIRECTORY
 */
const [directory = 'answers'] = process.argv.slice(2);
const VARIANTS = { healthy: 6, other: 2 };

const nodes = DEMO_NODES.flatMap(({ name, namespaces }) => (namespaces ? [{ name, namespaces }] : []));
mkdirSync(directory, { recursive: true });
const files = [...(await answersOf(nodes, flannelCluster()))].flatMap(([name, answer], kind) => {
  const variants = name === nodes[0]?.name ? VARIANTS.healthy : VARIANTS.other;
  return Array.from({ length: variants }, (_, variant) => {
    const file = join(directory, `${name}-${variant}`);
    writeFileSync(file, another(answer, kind * VARIANTS.healthy + variant));
    return file;
  });
});
console.log(`${files.length} answers in ${directory}`);

/** The same answer of another node: counts and namespaces are never alike. */
function another(answer: string, number: number): string {
  const opened = openEnvelope(answer);
  if ('problem' in opened) throw new Error(opened.problem);
  const text = opened.text
    .replace(/^(n v net\/netfilter\/nf_conntrack_count =).*$/m, `$1${1000 + number}`)
    .replace(/^(n (?:self|init) ).*$/gm, `$1${4026531000 + number}`);
  const payload = gzipSync(text).toString('base64');
  return `np1 gz ${payload.length} - ${payload}`;
}
