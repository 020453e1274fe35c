import { hang } from '../text/wrap.ts';
import type { NodeReport } from './report.ts';
import type { Terminal } from './terminal.ts';

const SHOWN = 5;

/** A paragraph about the network's pods that do not run on failing nodes, with their last log lines; empty if there are none. */
export function symptomLines(nodes: readonly NodeReport[], terminal: Terminal): string[] {
  const all = nodes.flatMap(({ name, symptoms = [] }) => symptoms.map((symptom) => ({ node: name, ...symptom })));
  if (all.length === 0) return [];
  const rest = all.length - SHOWN;
  return [
    ...hang('', 'Pods of the cluster network that do not run:', 4, terminal.columns),
    ...all.slice(0, SHOWN).flatMap(({ node, pod, state, restarts, line, rule }) => {
      const times = restarts === 0 ? '' : `, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`;
      const about = rule === undefined ? '' : ` (${rule})`;
      return [
        ...hang('    ', `${pod} on ${node}: ${state}${times}${about}`, 6, terminal.columns),
        ...(line === undefined ? [] : hang('      ', line, 6, terminal.columns)),
      ];
    }),
    ...(rest > 0 ? hang('    ', `and ${rest} more: -o json has them all`, 6, terminal.columns) : []),
  ];
}
