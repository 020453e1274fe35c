import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { CheckReport, ReportFinding } from '../../src/report/report.ts';
import { clusterProgram, kubectl } from '../e2e/cluster.ts';
import { netprereq } from '../support/command.ts';

const runFile = promisify(execFile);

/** The node that these suites write to and reboot: a machine of its own, with systemd and a kernel whose network is in modules. */
export const NODE = process.env.NETPREREQ_E2E_VM ?? 'vm-1';

/** Whether there is such a node, and a program that can reboot it. */
export async function hasVm(): Promise<boolean> {
  return clusterProgram !== undefined && (await kubectl('get', 'nodes', '-o', 'name')).includes(`node/${NODE}`);
}

/** Runs a shell script on the node, with arguments and standard input; its output. Rejects when the script fails. */
export function onNode(script: string, args: readonly string[] = [], input = ''): Promise<string> {
  return program(['exec', '-i', NODE, 'sh', '-c', script, 'sh', ...args], input);
}

// Standard input has to come to an end: a program that passes it on to the node waits for that.
async function program(args: readonly string[], input = ''): Promise<string> {
  if (!clusterProgram) throw new Error('NETPREREQ_E2E_CLUSTER is not set');
  const running = runFile(clusterProgram, args, { maxBuffer: 1 << 26 });
  running.child.stdin?.end(input);
  return (await running).stdout.trim();
}

/** Files by their paths: a text, or where a link leads. */
export type Tree = Readonly<Record<string, string | { link: string }>>;

/** Writes files, with the directories that they need; what stands in their place goes first. */
export async function writeTree(tree: Tree): Promise<void> {
  const words = Object.entries(tree).flatMap(([path, content]) =>
    typeof content === 'string'
      ? ['file', path, Buffer.from(content).toString('base64')]
      : ['link', path, content.link],
  );
  const script = [
    'set -e',
    'while [ $# -gt 0 ]; do',
    '  mkdir -p "$(dirname "$2")"; rm -f "$2"',
    '  case $1 in file) printf %s "$3" | base64 -d >"$2" ;; link) ln -s "$3" "$2" ;; esac',
    '  shift 3',
    'done',
    'sync',
  ];
  await onNode(script.join('\n'), words);
}

/** Everything that these suites may write to. */
const KEPT = 'etc usr/lib/modules-load.d usr/lib/modprobe.d usr/lib/sysctl.d';
const SNAPSHOT = '/var/lib/e2e-snapshot.tar';
const OWNER = '/var/lib/e2e-snapshot.owner';

/**
 * Keeps the node's files as they are, on its own disk. A snapshot that is there already was left by a run that was killed: it is
 * what the node should look like, and is put back. Rejects while that run still goes on: each would undo what the other does.
 */
export async function snapshot(): Promise<void> {
  const owner = await onNode(`cat ${OWNER} 2>/dev/null || true`);
  if (isAlive(owner)) throw new Error(`another run is using ${NODE} (${owner})`);
  await onNode(`echo "$1" >${OWNER}`, [MYSELF]);
  if ((await onNode(`[ ! -e ${SNAPSHOT} ] || echo left`)) === 'left') return restore();
  await onNode(`cd / && tar -cf ${SNAPSHOT}.part ${KEPT} && mv ${SNAPSHOT}.part ${SNAPSHOT} && sync`);
}

const MYSELF = `process ${process.pid} of ${hostname()}`;

function isAlive(owner: string): boolean {
  const [, pid, host] = /^process (\d+) of (.+)$/.exec(owner) ?? [];
  return owner !== MYSELF && host === hostname() && existsSync(`/proc/${pid}`);
}

/**
 * Puts the node's files back: what is not in the snapshot goes, the rest is as it was. The snapshot stays. Rejects, and touches
 * nothing, when the snapshot is not this run's.
 */
export async function restore(): Promise<void> {
  const script = [
    'set -e',
    'export LC_ALL=C',
    'cd /',
    `[ "$(cat ${OWNER})" = "$1" ] || { echo "the snapshot belongs to another run" >&2; exit 1; }`,
    // In a pipeline a failure would go unnoticed, and without a list of what was there everything is too much.
    `tar --quoting-style=literal -tf ${SNAPSHOT} >/run/netprereq-e2e-list`,
    'grep -qx etc/passwd /run/netprereq-e2e-list',
    "sed 's|/$||' /run/netprereq-e2e-list | sort >/run/netprereq-e2e-then",
    `find ${KEPT} | sort >/run/netprereq-e2e-now`,
    'comm -13 /run/netprereq-e2e-then /run/netprereq-e2e-now | sort -r | while IFS= read -r path; do',
    '  if [ -d "$path" ] && ! [ -L "$path" ]; then rmdir "$path"; else rm -f "$path"; fi',
    'done',
    `tar -xpf ${SNAPSHOT}`,
    'sync',
  ];
  await onNode(script.join('\n'), [MYSELF]);
}

/** Ends what snapshot() began, when the node is as it was. */
export async function dropSnapshot(): Promise<void> {
  await onNode(`rm -f ${SNAPSHOT} ${OWNER}`);
}

/** The node's files: kind, mode, owner, where a link leads, and a digest of what is in them. */
export function fingerprint(): Promise<string> {
  const script = [
    'set -e',
    'export LC_ALL=C',
    'cd /',
    `find ${KEPT} -printf '%p %y %m %U:%G %l\\n' | sort`,
    `find ${KEPT} -type f -print0 | sort -z | xargs -0 sha256sum`,
  ];
  return onNode(script.join('\n'));
}

// The node is started with a kernel and a command line from outside, by an emulator. A kernel that was handed over with
// kexec_file_load (system call 320 of amd64) is what `shutdown -r` starts instead, once, with a command line of our own.
const HAND_OVER = `
my ($kernel, $initrd, $line) = @ARGV;
open my $k, '<', $kernel or die "$kernel: $!";
open my $i, '<', $initrd or die "$initrd: $!";
syscall(320, fileno $k, fileno $i, length($line) + 1, "$line\\0", 0) == 0 or die "kexec_file_load: $!";
`;

/**
 * Reboots the node and waits for its kubelet. With words for the kernel's command line that is true of this boot only; it rejects
 * when the node came up without them.
 */
export async function reboot(words: readonly string[] = []): Promise<void> {
  if (words.length > 0) {
    const script = [
      'set -e',
      'root=$(findmnt -n -o SOURCE /)',
      'release=$(uname -r)',
      'line="$(cat /proc/cmdline) root=$root rw $*"',
      'exec perl - "/boot/vmlinuz-$release" "/boot/initrd.img-$release" "$line"',
    ];
    await onNode(script.join('\n'), words, HAND_OVER);
  }
  await program(['reboot', NODE]);
  await reported();
  const booted = (await onNode('cat /proc/cmdline')).split(' ');
  const missing = words.filter((word) => !booted.includes(word));
  if (missing.length > 0) throw new Error(`${NODE} booted without ${missing.join(' ')} on its command line`);
}

/** Waits until the API has the kubelet's word again. Its lease comes before its status, and a node without that gets no patience. */
async function reported(): Promise<void> {
  const deadline = Date.now() + 300_000;
  const ready = '{.status.conditions[?(@.type=="Ready")].status}';
  while ((await kubectl('get', 'node', NODE, '-o', `jsonpath=${ready}`)) === 'Unknown') {
    if (Date.now() > deadline) throw new Error(`the kubelet of ${NODE} reports no status after the reboot`);
    await sleep(1000);
  }
}

/** The findings of `check` on the node, by rule. The node has no CNI plug-in that would tell the cluster's. */
export async function check(): Promise<Record<string, ReportFinding>> {
  const args = ['--cni', 'bridge', '--ip-families', 'IPv4,IPv6', '--timeout', '5m'];
  const { stdout, stderr } = await netprereq(['check', NODE, '-o', 'json', ...args]);
  if (stdout === '') throw new Error(`no report: ${stderr}`);
  const [report] = (JSON.parse(stdout) as CheckReport).nodes;
  if (!report?.findings.length) throw new Error(`${NODE} was not judged: ${report?.reason}`);
  return Object.fromEntries(report.findings.map((finding) => [finding.rule, finding]));
}
