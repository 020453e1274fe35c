import { VERDICTS } from '../rules/rule.ts';
import { nameList } from './names.ts';
import type { Problem } from './problems.ts';
import type { CheckReport, ClusterSummary } from './report.ts';
import type { Retype } from './retype.ts';
import { skippedRules } from './skipped.ts';
import { sourceText } from './source.ts';
import type { Terminal } from './terminal.ts';
import { hang } from './wrap.ts';

const INDENT = 4;
const LEFTOVERS_NAMED = 10;

/** How to get to where the remedies are typed: a root shell on a node, from here. Empty when there is nothing to type on one. */
export function shellHint(
  report: CheckReport,
  problems: readonly Problem[],
  terminal: Terminal,
  retype: Retype,
): string[] {
  const [node] = problems
    .filter(({ rule, remedy }) => rule !== undefined && remedy.length > 0)
    .flatMap(({ nodes }) => nodes);
  if (report.cluster === null || node === undefined) return [];
  // Only this profile gives CAP_SYS_MODULE, without which modprobe is refused.
  const command = `kubectl debug node/${shellWord(node)} -it --profile=sysadmin --image=busybox:1.37.0 -- chroot /host sh`;
  return [
    ...hang('', `Where to type it: in a root shell on the node. From here, on ${node}:`, 0, terminal.columns),
    ' '.repeat(INDENT) + retype(command),
    ...hang(
      '',
      'kubectl leaves the pod of that shell behind (node-debugger-...): delete it afterwards.',
      0,
      terminal.columns,
    ),
  ];
}

/** A node's name as the API allows them is safe in a shell; anything else is not offered for pasting. */
export function shellWord(name: string): string {
  return /^[a-z0-9][a-z0-9.-]*$/.test(name) ? name : 'NAME';
}

/** The part of any report that the notes are about. */
type NotedReport = Pick<CheckReport, 'run' | 'cluster' | 'assumptions' | 'leftovers'> & {
  nodes: readonly Pick<CheckReport['nodes'][number], 'name' | 'findings'>[];
};

/** What a reader has to know about how the report came about: one list of lines per note. */
export function notes(report: NotedReport, terminal: Terminal, retype: Retype): string[][] {
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
    all.push([
      ...say(`Not confirmed deleted, ${pods}: ${names}`),
      ' '.repeat(INDENT) + retype(`kubectl netprereq cleanup --run ${run.id} -n ${leftovers[0]?.split('/')[0]}`),
    ]);
  }
  return all.filter((lines) => lines.length > 0);
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

/**
 * Where `sysctl --system`, which people type to "reload the files", would undo what the boot gets right: it reads other files, in
 * another order.
 */
function reapplied({ nodes }: NotedReport): string[] {
  const cases = nodes.flatMap(({ name, findings }) =>
    findings.flatMap(({ rule, boot, reapply }) =>
      boot?.verdict === 'pass' && reapply?.verdict === 'fail'
        ? [{ name, text: `${rule} as ${reapply.actual}${sourceText(reapply.source)}` }]
        : [],
    ),
  );
  return [...Map.groupBy(cases, ({ text }) => text)].map(([text, group]) => {
    const names = nameList(
      group.map(({ name }) => name),
      NODES_NAMED,
    );
    return `Do not run sysctl --system on ${names}: unlike the boot, it leaves ${text}.`;
  });
}

const NODES_NAMED = 10;

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
