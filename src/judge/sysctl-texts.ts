import type { Comparator } from './comparator.ts';
import type { Requirement } from './rule.ts';

/** What a rule may add to the texts that its requirement writes by itself. */
export interface BootTexts {
  /** Which programs set it whenever they start; a sentence. */
  readonly agents?: string;
}

/** What docs and explain say of a sysctl that is compared. */
export function sysctlTexts(
  key: string,
  { words, to }: Comparator,
  { agents, atBoot = true }: BootTexts & { atBoot?: boolean },
): Requirement['explain'] {
  const line =
    to === undefined ? 'a line in `/etc/sysctl.d`' : `\`${key} = ${to}\` in \`/etc/sysctl.d/99-zz-netprereq.conf\``;
  return {
    now: [`Read: \`${key}\` in the node's own network namespace. It must be ${words}.`],
    boot: atBoot ? sysctlAtBootText(agents) : ['Not judged: it is a matter of the running kernel.'],
    ...(atBoot && { reapply: REAPPLY }),
    causes: [
      { cause: 'value', helps: 'setting it, and removing the line that sets it otherwise, where one is named' },
      ...(atBoot
        ? ([
            { cause: 'unset', helps: `at boot nothing sets it: ${line}` },
            { cause: 'overridden', helps: 'at boot another line decides: the finding names it' },
          ] as const)
        : []),
    ],
  };
}

/** How the simulation of a boot comes to a sysctl's value. */
export function sysctlAtBootText(agents?: string): readonly string[] {
  return [
    "Simulated from the node's files, and nothing is tried out: `sysctl.` on the kernel command line, then what systemd-sysctl (on Alpine " +
      'the service `sysctl`) makes of `sysctl.d` in `/etc`, `/run`, `/usr/local/lib` and `/usr/lib`: sorted by file name over all directories, a file ' +
      'hides those of the same name, the last assignment wins. Masks and patterns count, and so does a service that is masked, missing or, with OpenRC, in no runlevel: ' +
      'then no file is applied; one that was changed on the node makes the answer unknown. The report names the file and the line that decide.',
    ...(agents === undefined ? [] : [agents]),
    "Where a file could not be read, or releases differ and the node's is not known, all that is possible is gone through: unknown, unless it all comes to the same.",
  ];
}

/** What is said of `sysctl --system`. */
export const REAPPLY: readonly string[] = [
  '`sysctl --system` is another program than the one that sets sysctls at boot: it reads `/etc/sysctl.conf` too, and that last. Where it ' +
    'comes to something else than the boot, the report says so: it may switch off what the boot gets right, or show what no boot will give. Never run it on a running node: it also resets what the CNI has set.',
];
