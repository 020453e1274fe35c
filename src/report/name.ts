import type { CheckReport } from './report.ts';

/** node/NAME of every node that fails or warns, one per line, for xargs; empty if there is none. */
export function renderName(report: CheckReport): string {
  return report.nodes
    .filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
    .map(({ name }) => `node/${name}\n`)
    .join('');
}
