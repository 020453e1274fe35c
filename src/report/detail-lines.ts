import { adviceText } from '../text/advice.ts';
import type { ReportFinding } from './report.ts';
import { sourceText } from './source.ts';

/** All that a finding says behind its message, a line each: for formats in which a text has lines. */
export function detailLines({ why, now, boot, remedy, docs }: ReportFinding): string[] {
  const decided = now.verdict === 'fail' ? sourceText(now.source) : '';
  return [
    ...(why === undefined ? [] : [`why: ${why}`]),
    ...(decided === '' ? [] : [`now: ${now.actual ?? 'not known'}${decided}`]),
    ...(boot === undefined || boot.verdict === 'pass' || boot.verdict === 'skip'
      ? []
      : [`after a reboot: ${boot.actual ?? 'not known'}${sourceText(boot.source)}`]),
    ...remedy.map((advice) => `fix: ${adviceText(advice)}`),
    `more: ${docs}`,
  ];
}
