import type { State } from '../judge/finding.ts';

/** `, from FILE:LINE` or `, by AGENT`: what decides a state, after its value; empty if unknown. */
export function sourceText(source: State['source']): string {
  if (source === undefined) return '';
  if ('agent' in source) return `, by ${source.agent}`;
  return `, from ${source.line === undefined ? source.file : `${source.file}:${source.line}`}`;
}
