/** How the simulation of a boot comes to a sysctl's value, for rules that are about one. */
export function sysctlAtBoot(agents: string): readonly string[] {
  return [
    "Simulated from the node's files, and nothing is tried out: `sysctl.` on the kernel command line, then what systemd-sysctl (on Alpine " +
      'the service `sysctl`) makes of `sysctl.d` in `/etc`, `/run`, `/usr/local/lib` and `/usr/lib`: sorted by file name over all directories, a file ' +
      'hides those of the same name, the last assignment wins. Masks and patterns count, and so does a service that is masked, missing or, with OpenRC, in no runlevel: ' +
      'then no file is applied; one that was changed on the node makes the answer unknown. The report names the file and the line that decide.',
    agents,
    "Where a file could not be read, or releases differ and the node's is not known, all that is possible is gone through: unknown, unless it all comes to the same.",
  ];
}

/** What is said of `sysctl --system`. */
export const REAPPLY: readonly string[] = [
  '`sysctl --system` is another program than the one that sets sysctls at boot: it reads `/etc/sysctl.conf` too, and that last. Where it ' +
    'comes to something else than the boot, the report says so: it may switch off what the boot gets right, or show what no boot will give. Never run it on a node at work: it also resets what the CNI has set.',
];
