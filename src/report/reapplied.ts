import type { State } from '../judge/finding.ts';
import { nameList } from './names.ts';
import type { CheckReport } from './report.ts';
import { sourceText } from './source.ts';

const NODES_NAMED = 10;

interface Reapplied {
  nodes: readonly Pick<CheckReport['nodes'][number], 'name' | 'findings'>[];
}

/**
 * Notes about `sysctl --system`, which people type to "reload the files", if a line of a file makes it differ from the boot: it may
 * undo what the boot sets correctly, or set what no boot will set.
 */
export function reapplied({ nodes }: Reapplied): string[] {
  const cases = nodes.flatMap(({ name, findings }) =>
    findings.flatMap(({ rule, boot, reapply }) => {
      // Without a line of a file it keeps the current value, which was set by hand: running it loses nothing.
      if (!boot || !reapply?.source) return [];
      const from = `${rule} as ${reapply.actual}${sourceText(reapply.source)}`;
      const why = isMainFile(reapply) ? MAIN_FILE_READ : '';
      if (boot.verdict === 'pass' && reapply.verdict === 'fail') {
        return [
          { name, before: 'Do not run sysctl --system on ', after: `: unlike the boot, it leaves ${from}.${why}` },
        ];
      }
      if (boot.verdict !== 'fail' || reapply.verdict !== 'pass') return [];
      const later = `after sysctl --system${sourceText(reapply.source)}, and ${boot.actual} after a reboot`;
      const after = `: ${rule} is ${reapply.actual} ${later}.${why}`;
      return [{ name, before: 'sysctl --system and a reboot give different results on ', after }];
    }),
  );
  return [...Map.groupBy(cases, ({ before, after }) => before + after).values()].flatMap((group) => {
    const [{ before, after } = { before: '', after: '' }] = group;
    const names = nameList(
      group.map(({ name }) => name),
      NODES_NAMED,
    );
    return [`${before}${names}${after}`];
  });
}

const MAIN_FILE_READ = ' It reads /etc/sysctl.conf after all other files.';

function isMainFile({ source }: State): boolean {
  return source !== undefined && 'file' in source && source.file === '/etc/sysctl.conf';
}
