import type { Comparator } from './comparator.ts';
import type { Requirement } from './rule.ts';

/** What docs and explain say of a sysctl that is compared. */
export function sysctlTexts(key: string, { words, to }: Comparator, atBoot: boolean): Requirement['explain'] {
  const line =
    to === undefined ? 'a line in `/etc/sysctl.d`' : `\`${key} = ${to}\` in \`/etc/sysctl.d/99-zz-netprereq.conf\``;
  return {
    now: [`Read: \`${key}\` in the node's own network namespace. It must be ${words}.`],
    boot: atBoot ? sysctlAtBootText() : ['Not judged: it concerns the running kernel only.'],
    ...(atBoot && { reapply: REAPPLY }),
    causes: [
      { cause: 'value', helps: 'set it, and remove the line that sets another value, if the report names one' },
      ...(atBoot
        ? ([
            { cause: 'unset', helps: `nothing sets it at boot: add ${line}` },
            { cause: 'overridden', helps: 'another line decides at boot: remove the one that the report names' },
          ] as const)
        : []),
    ],
  };
}

/**
 * How the simulation of a boot comes to a sysctl's value.
 * @param agents which programs set it whenever they start, and what else a rule has to say; a sentence
 */
export function sysctlAtBootText(agents?: string): readonly string[] {
  return [
    "Simulated from the node's files; nothing is run. First comes `sysctl.` on the kernel command line, then what systemd-sysctl (on Alpine " +
      'the service `sysctl`) reads from `sysctl.d` in `/etc`, `/run`, `/usr/local/lib` and `/usr/lib`. Files are sorted by name over all directories, a file ' +
      'hides those of the same name, and the last assignment wins. Masks and patterns count. If the service is masked, missing or, with OpenRC, in no runlevel, ' +
      'no file is applied; if it was changed on the node, the result is unknown. The report names the file and the line that decide.',
    ...(agents === undefined ? [] : [agents]),
    "If a file could not be read, or if releases differ and the node's is unknown, every possibility is simulated. The result is unknown unless all of them agree.",
  ];
}

/** What is said of `sysctl --system`. */
export const REAPPLY: readonly string[] = [
  '`sysctl --system` is not the program that sets sysctls at boot: it also reads `/etc/sysctl.conf`, and reads it last. If it gives another ' +
    'result than the boot, the report says so: it may switch off what the boot sets correctly, or set what no boot will set. Never run it on a running node: it also resets what the CNI has set.',
];
