/** The exit codes of every command; 0, 1 and 3 come from the report (report/exit.ts). Public, documented in the README. */
export const EXIT = {
  /** Nothing required fails. */
  ok: 0,
  /** Something required fails (or whatever --fail-on adds). */
  findings: 1,
  /** Wrong usage, or nothing could be checked; stdout is empty, but `version` still prints the client's version. */
  error: 2,
  /** No failure, but some node could not be judged. */
  unknown: 3,
} as const;

/** A shell's exit codes for a process that a signal ended: 129 hangup, 130 interrupt, 143 terminate. */
export const SIGNAL_EXIT = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
export type Interruption = keyof typeof SIGNAL_EXIT;

/** What the exit codes mean, for the docs; a test compares the README with it. */
export const EXIT_MEANINGS: readonly { codes: readonly number[]; meaning: string }[] = [
  { codes: [EXIT.ok], meaning: 'nothing required fails' },
  {
    codes: [EXIT.findings],
    meaning:
      'something required fails; with `--fail-on boot` also if it fails after a reboot, with `--fail-on warn` also on any warning',
  },
  {
    codes: [EXIT.error],
    meaning:
      "wrong usage, or nothing could be checked: the API server, a missing permission or the namespace did not allow it, and stderr says why. stdout is empty; only `version` still prints this program's version",
  },
  {
    codes: [EXIT.unknown],
    meaning:
      'nothing is known to fail, but some node is unknown; with `--fail-on boot` also if it is unknown whether something required is there after a reboot',
  },
  {
    codes: Object.values(SIGNAL_EXIT),
    meaning:
      'ended by SIGHUP, SIGINT (Ctrl-C), SIGTERM; the report so far is printed if there is one yet, except after a second Ctrl-C',
  },
];
