import type { CheckReport, NodeReport } from './report.ts';

/** A name that is the same in the next run: builders give an image another directory, and a container another host name, each time. */
export function lastingName({ name, image }: Pick<NodeReport, 'name' | 'image'>): string {
  return image === undefined ? name : 'image';
}

/** node/NAME of every node that fails or warns, one per line, for xargs; empty if there is none. */
export function renderName(report: CheckReport): string {
  return report.nodes
    .filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
    .map(({ name }) => `node/${name}\n`)
    .join('');
}
