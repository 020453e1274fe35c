import { type Severity, VERDICTS } from '../judge/finding.ts';
import { counted, listed } from '../text/listed.ts';
import { shellWord } from '../text/shell-word.ts';
import { hang } from '../text/wrap.ts';
import type { CommandCompleter } from './command-completer.ts';
import { localTarget } from './local-target.ts';
import { nodeWord } from './names.ts';
import type { Problem } from './problems.ts';
import { reapplied } from './reapplied.ts';
import type { CheckReport, ClusterSummary } from './report.ts';
import { onlyShown, skippedRules } from './set-aside.ts';
import type { Terminal } from './terminal.ts';

const INDENT = 4;
const LEFTOVERS_NAMED = 10;
const FIXES_NAMED = 5;

/** The one command to type next: fix, or a root shell on a node if only a person can repair it. */
export function fixHint(
  report: CheckReport,
  problems: readonly Problem[],
  terminal: Terminal,
  retype: CommandCompleter,
): string[] {
  const [node] = problems
    .filter(({ rule, remedy }) => rule !== undefined && remedy.length > 0)
    .flatMap(({ nodes }) => nodes);
  if (node === undefined) return [];
  const next = (what: string, command: string) => [
    ...hang('', what, 0, terminal.columns),
    ' '.repeat(INDENT) + retype(command),
  ];
  const fix = fixCommand(report);
  const byFix = fix === undefined ? [] : next('Fix this (shows a plan and asks first):', fix);
  const [first] = report.nodes;
  // Outside the image, the commands would change the build machine.
  if (first?.image && first.image.root !== '/') {
    return [
      ...byFix,
      ...next('To type commands by hand, open a root shell in the image:', `chroot ${shellWord(first.image.root)}`),
    ];
  }
  if (fix !== undefined) return byFix;
  if (report.cluster === null) return [];
  // Only this profile has CAP_SYS_MODULE, which modprobe needs.
  return next(
    'For a root shell on the node (kubectl debug does not delete its pod):',
    `kubectl debug node/${nodeWord(node)} -it --profile=sysadmin --image=busybox:1.37.0 -- chroot /host sh`,
  );
}

/** The command that fixes what is required; if nothing of that can be fixed, what is recommended, which fix repairs only by its name. */
function fixCommand({ cluster, nodes }: CheckReport): string | undefined {
  const on = (severity: Severity) =>
    nodes.flatMap(({ name, findings }) => {
      const rules = findings.filter((one) => one.fixable && one.severity === severity).map(({ rule }) => rule);
      return rules.length > 0 ? [{ name: nodeWord(name), rules }] : [];
    });
  const required = on('required');
  const fixed = required.length > 0 ? required : on('recommended');
  if (fixed.length === 0) return undefined;
  const rules = [...new Set(fixed.flatMap((one) => one.rules))];
  const only = required.length > 0 ? '' : ` --only ${rules.join(',')}`;
  if (cluster === null) return `kubectl netprereq fix ${localTarget(nodes[0])}${only}`;
  return `kubectl netprereq fix ${fixed.length > FIXES_NAMED ? 'NODE...' : fixed.map(({ name }) => name).join(' ')}${only}`;
}

/** The part of a report that the notes need. */
type NotedReport = Pick<CheckReport, 'run' | 'cluster' | 'assumptions' | 'leftovers'> & {
  nodes: readonly Pick<CheckReport['nodes'][number], 'name' | 'findings'>[];
};

/**
 * Notes about how the report was made: one list of lines per note.
 * @param view wide: with every reason why a rule was skipped or is only shown; comment: with the cluster's server, for people who cannot
 * run the command again
 */
export function notes(
  report: NotedReport,
  terminal: Terminal,
  retype: CommandCompleter,
  view: 'table' | 'wide' | 'comment' = 'table',
): string[][] {
  const say = (text: string) => hang('', text, INDENT, terminal.columns);
  const { assumptions, leftovers, run } = report;
  const cluster = report.cluster === null ? [] : say(clusterText(report.cluster, view === 'comment'));
  const hint = view === 'comment' ? '' : undefined;
  const setAside = [...skippedRules(report, view === 'wide', hint), ...onlyShown(report, view !== 'table')];
  const basis = [...assumptions.map((text) => `Assumed: ${text}`), ...judgedOnly(report), ...setAside];
  const found: string[][] = [[...cluster, ...basis.flatMap((text) => say(text))]];
  found.push(reapplied(report).flatMap((text) => say(text)));
  if (run.interrupted) found.push(say('Interrupted: nodes that had not answered are unknown.'));
  if (leftovers.length > 0) {
    const rest = leftovers.length - LEFTOVERS_NAMED;
    const names = leftovers.slice(0, LEFTOVERS_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
    const pods = leftovers.length === 1 ? 'a pod' : counted(leftovers.length, 'pod');
    const commands = cleanups(leftovers, run.id).map((command) => ' '.repeat(INDENT) + retype(command));
    found.push([...say(`Could not confirm deletion of ${pods} that may be left behind: ${names}`), ...commands]);
  }
  return found.filter((lines) => lines.length > 0);
}

/** Commands that delete pods, given as namespace/name. Pods of fix and undo that only read have other run ids, part of their names. */
function cleanups(pods: readonly string[], id: string): string[] {
  const commands = pods.map((pod) => {
    const [, namespace = '', run = id] = /^([^/]*)\/(?:netprereq-([2-9a-z]{6})-)?/.exec(pod) ?? [];
    return `kubectl netprereq cleanup --run ${run} -n ${namespace}`;
  });
  const different = [...new Set(commands)];
  return different.length > LEFTOVERS_NAMED ? [`kubectl netprereq cleanup --all-runs -n NAMESPACE`] : different;
}

/** A note that the report is incomplete, for people who read it later. */
function judgedOnly({ run }: Pick<CheckReport, 'run'>): string[] {
  if (run.skipped) return [`Not checked (--skip): ${run.skipped.join(', ')}`];
  return run.rules === undefined ? [] : [`Checked only (--only, --skip): ${run.rules.join(', ')}`];
}

/** What was detected and decides the verdicts: `Cluster: flannel (vxlan), kube-proxy iptables, IPv4`. */
function clusterText(
  { server, distribution, cni, cniBackend, kubeProxyMode, ipFamilies }: ClusterSummary,
  withServer: boolean,
): string {
  const network = cni === null ? 'CNI not known' : `${cni}${cniBackend === null ? '' : ` (${cniBackend})`}`;
  const proxy = kubeProxyMode === 'none' ? 'no kube-proxy' : `kube-proxy ${kubeProxyMode ?? 'mode not known'}`;
  const parts = [
    distribution,
    network,
    proxy,
    (ipFamilies && listed(ipFamilies)) ?? 'IP families not known',
    withServer ? server : null,
  ];
  return `Cluster: ${parts.filter((part) => part !== null).join(', ')}`;
}

/** The last line of a check: number of nodes, verdicts, duration. */
export function summaryLines({ summary, run, nodes }: CheckReport, terminal: Terminal): string[] {
  const breaks = summary.breakAtReboot ?? 0;
  const isImage = nodes.some(({ image }) => image !== undefined);
  // Of an image, the verdict is about its first boot and nothing else.
  const reboot = breaks > 0 && !isImage ? `. ${counted(breaks, 'node')} will fail after a reboot.` : '';
  return hang('', countsText(summary, VERDICTS, run, isImage ? 'image' : 'node') + reboot, 0, terminal.columns);
}

/** `3 nodes: 1 fail, 2 pass (1.2s)`, in this order, without zero counts. */
export function countsText<Kind extends string>(
  counts: { nodes: number } & Record<Kind, number>,
  order: readonly Kind[],
  run: CheckReport['run'],
  noun: 'node' | 'image' = 'node',
): string {
  const present = order.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${kind}`);
  const outcome = present.length > 0 ? `: ${present.join(', ')}` : '';
  const took = `${run.durationSeconds.toFixed(1)}s${run.interrupted ? ', interrupted' : ''}`;
  return `${counted(counts.nodes, noun)}${outcome} (${took})`;
}
