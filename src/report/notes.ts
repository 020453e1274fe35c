import { VERDICTS } from '../judge/finding.ts';
import { hang } from '../text/wrap.ts';
import type { CommandCompleter } from './command-completer.ts';
import type { Problem } from './problems.ts';
import { reapplied } from './reapplied.ts';
import type { CheckReport, ClusterSummary } from './report.ts';
import { skippedRules } from './skipped.ts';
import type { Terminal } from './terminal.ts';

const INDENT = 4;
const LEFTOVERS_NAMED = 10;
const FIXES_NAMED = 5;

/** How the remedies get done: by fix, or typed in a root shell on a node. Empty when there is nothing to do on one. */
export function mendingHint(
  report: CheckReport,
  problems: readonly Problem[],
  terminal: Terminal,
  retype: CommandCompleter,
): string[] {
  const [node] = problems
    .filter(({ rule, remedy }) => rule !== undefined && remedy.length > 0)
    .flatMap(({ nodes }) => nodes);
  if (node === undefined) return [];
  const fix = fixCommand(report);
  const byFix =
    fix === undefined
      ? undefined
      : [
          ...hang(
            '',
            'To have done what a program can do of it (fix shows that first, and asks):',
            0,
            terminal.columns,
          ),
          ' '.repeat(INDENT) + retype(fix),
        ];
  if (report.cluster === null) return byFix ?? [];
  // Only this profile gives CAP_SYS_MODULE, without which modprobe is refused.
  const command = `kubectl debug node/${nodeWord(node)} -it --profile=sysadmin --image=busybox:1.37.0 -- chroot /host sh`;
  const where = `${byFix ? 'Or type' : 'Type'} it in a root shell on the node; kubectl leaves the pod of one behind:`;
  return [...(byFix ?? []), ...hang('', where, 0, terminal.columns), ' '.repeat(INDENT) + retype(command)];
}

/** The command that repairs what fix acts on without being told more: what is required, and fails now or at the next boot. */
function fixCommand({ cluster, nodes }: CheckReport): string | undefined {
  const names = nodes
    .filter(({ findings }) =>
      findings.some(
        ({ severity, now, boot }) =>
          severity === 'required' &&
          (now.verdict === 'fail' || (now.verdict !== 'unknown' && boot?.verdict === 'fail')),
      ),
    )
    .map(({ name }) => nodeWord(name));
  if (names.length === 0) return undefined;
  if (cluster === null) return 'kubectl netprereq fix --local';
  return `kubectl netprereq fix ${names.length > FIXES_NAMED ? 'NODE...' : names.join(' ')}`;
}

/** A node's name as the API allows them is safe in a shell; anything else is not offered for pasting. */
export function nodeWord(name: string): string {
  return /^[a-z0-9][a-z0-9.-]*$/.test(name) ? name : 'NAME';
}

/** The part of any report that the notes are about. */
type NotedReport = Pick<CheckReport, 'run' | 'cluster' | 'assumptions' | 'leftovers'> & {
  nodes: readonly Pick<CheckReport['nodes'][number], 'name' | 'findings'>[];
};

/** What a reader has to know about how the report came about: one list of lines per note. */
export function notes(report: NotedReport, terminal: Terminal, retype: CommandCompleter): string[][] {
  const say = (text: string) => hang('', text, INDENT, terminal.columns);
  const { assumptions, leftovers, run } = report;
  const cluster = report.cluster === null ? [] : say(clusterText(report.cluster));
  const basis = [...assumptions.map((text) => `Assumed: ${text}`), ...judgedOnly(report), ...skippedRules(report)];
  const all: string[][] = [[...cluster, ...basis.flatMap((text) => say(text))]];
  all.push(reapplied(report).flatMap((text) => say(text)));
  if (run.interrupted) all.push(say('Interrupted: nodes that had not answered yet are unknown.'));
  if (leftovers.length > 0) {
    const rest = leftovers.length - LEFTOVERS_NAMED;
    const names = leftovers.slice(0, LEFTOVERS_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
    const pods =
      leftovers.length === 1 ? 'a pod that may be left behind' : `${leftovers.length} pods that may be left behind`;
    const commands = cleanups(leftovers, run.id).map((command) => ' '.repeat(INDENT) + retype(command));
    all.push([...say(`Not confirmed deleted, ${pods}: ${names}`), ...commands]);
  }
  return all.filter((lines) => lines.length > 0);
}

/** What deletes pods, given as namespace/name. Those with which fix and undo look at nodes are of runs of their own, which their names tell. */
function cleanups(pods: readonly string[], id: string): string[] {
  const commands = pods.map((pod) => {
    const [, namespace = '', run = id] = /^([^/]*)\/(?:netprereq-([2-9a-z]{6})-)?/.exec(pod) ?? [];
    return `kubectl netprereq cleanup --run ${run} -n ${namespace}`;
  });
  const different = [...new Set(commands)];
  return different.length > LEFTOVERS_NAMED ? [`kubectl netprereq cleanup --all-runs -n NAMESPACE`] : different;
}

/** Whoever reads the report later must not take it for a whole one. */
function judgedOnly({ run }: Pick<CheckReport, 'run'>): string[] {
  return run.rules === undefined ? [] : [`Judged only (--only, --skip): ${run.rules.join(', ')}`];
}

/** What the verdicts rest on: `Cluster: flannel (vxlan), kube-proxy iptables, IPv4`. */
function clusterText({ distribution, cni, cniBackend, kubeProxyMode, ipFamilies }: ClusterSummary): string {
  const network = cni === null ? 'CNI not known' : `${cni}${cniBackend === null ? '' : ` (${cniBackend})`}`;
  const proxy = kubeProxyMode === 'none' ? 'no kube-proxy' : `kube-proxy ${kubeProxyMode ?? 'mode not known'}`;
  const parts = [distribution, network, proxy, ipFamilies?.join(' and ') ?? 'IP families not known'];
  return `Cluster: ${parts.filter((part) => part !== null).join(', ')}`;
}

/** The closing line: how many nodes, how they fared, how long it took. */
export function summaryLines(report: CheckReport, terminal: Terminal): string[] {
  const { summary, run } = report;
  const counts = VERDICTS.filter((verdict) => summary[verdict] > 0).map((verdict) => `${summary[verdict]} ${verdict}`);
  const outcome = counts.length > 0 ? `: ${counts.join(', ')}` : '';
  const took = `${run.durationSeconds.toFixed(1)}s${run.interrupted ? ', interrupted' : ''}`;
  const breaks = summary.breakAtReboot ?? 0;
  const reboot = breaks > 0 ? `. ${nodes(breaks)} will break at the next reboot.` : '';
  return hang('', `${nodes(summary.nodes)}${outcome} (${took})${reboot}`, 0, terminal.columns);
}

/** Nodes, counted. */
export function nodes(count: number): string {
  return count === 1 ? '1 node' : `${count} nodes`;
}
