import { adviceText } from '../text/advice.ts';
import type { ReportFinding } from './report.ts';
import { sourceText } from './source.ts';

/** Everything about a finding after its message, one line each, for formats whose texts have lines. */
export function detailLines({ policy, why, now, boot, remedy, docs }: ReportFinding): string[] {
  const decided = now.verdict === 'fail' ? sourceText(now.source) : '';
  return [
    ...(policy === undefined ? [] : [`policy: ${policy}`]),
    ...(why === undefined ? [] : [`why: ${why}`]),
    ...(decided === '' ? [] : [`now: ${now.actual ?? 'not known'}${decided}`]),
    ...(boot === undefined || boot.verdict === 'pass' || boot.verdict === 'skip'
      ? []
      : [`after a reboot: ${boot.actual ?? 'not known'}${sourceText(boot.source)}`]),
    ...remedy.map((advice) => `fix: ${adviceText(advice)}`),
    `more: ${docs}`,
  ];
}
