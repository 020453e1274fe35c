import type { ReportFinding } from '../../src/report/report.ts';

/** One way to break a node, and what a rule must say of it. */
export interface Breakage {
  /** What is wrong, as the end of a sentence that begins with the rule. */
  name: string;
  rule: string;
  /** A script that breaks the node. */
  breaks: string;
  /** The part of the finding that matters. */
  expected: Partial<Omit<ReportFinding, 'now' | 'boot'>> & {
    now?: Partial<ReportFinding['now']>;
    boot?: Partial<ReportFinding['now']>;
  };
  /** A script that puts it right. */
  heals: string;
  /** A script in which the node does what the rule is about: it fails while that is broken, and succeeds once it is not. */
  proves?: string;
}

/** Ways to break a node that do not get into each other's way, and that are about the same cluster: they are broken, checked and healed at once. */
export interface Group {
  name: string;
  /** Flags that say what the cluster is. */
  cluster: readonly string[];
  /** What has to be there before anything can be broken. */
  prepares?: string;
  breakages: readonly Breakage[];
  /** Removes all of it that is no file below /etc. */
  clears?: string;
}

/** The lines of a script. */
export const script = (...lines: string[]): string => lines.join('\n');

/** A script that writes these lines to a file. */
export function write(path: string, ...lines: string[]): string {
  return script(`mkdir -p ${path.slice(0, path.lastIndexOf('/'))}`, `cat >${path} <<'END'`, ...lines, 'END');
}

/**
 * Starts a service of our own making under the name of a program that the node does not have. Of the program itself its rule reads files, and whether
 * its service runs.
 */
export function madeUpService(name: string): string {
  return script(
    write(`/run/systemd/system/${name}.service`, '[Service]', 'ExecStart=/bin/sleep infinity'),
    'systemctl daemon-reload',
    `systemctl start ${name}.service`,
  );
}

/** Removes such a service. */
export function withoutService(name: string): string {
  return script(
    `systemctl stop ${name}.service`,
    `rm -f /run/systemd/system/${name}.service`,
    'systemctl daemon-reload',
  );
}

const fileOf = (module: string) => `/etc/modprobe.d/e2e-${module}.conf`;

/** Denies a module, which is not loaded at the time, by the second line of a file. */
export function denied(module: string, line: string): Pick<Breakage, 'breaks' | 'heals'> {
  return {
    breaks: script(`modprobe -qr ${module}`, write(fileOf(module), '# hardening', line)),
    heals: `rm ${fileOf(module)}`,
  };
}

/** What is said of a module that is denied so. */
export function notAvailable(module: string, ...needing: string[]) {
  const source = { file: fileOf(module), line: 2 };
  return {
    now: { verdict: 'fail', cause: 'deny-listed', actual: `absent: ${[module, ...needing].join(', ')}`, source },
    boot: { verdict: 'fail', cause: 'deny-listed', source },
  } as const;
}

/** Makes a link of this kind and removes it: the kernel loads the module for it. */
export const makesLink = (kind: string) => `ip link add e2e-link type ${kind} && ip link del e2e-link`;
