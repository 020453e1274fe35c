import { onNode, type Tree } from './vm.ts';

/** What each rule looks at, below /proc/sys. */
export const PATHS = {
  'br-netfilter': 'net/bridge/bridge-nf-call-iptables',
  'bridge-nf-call-iptables': 'net/bridge/bridge-nf-call-iptables',
  'bridge-nf-call-ip6tables': 'net/bridge/bridge-nf-call-ip6tables',
  'ipv4-forwarding': 'net/ipv4/ip_forward',
  'ipv6-forwarding': 'net/ipv6/conf/all/forwarding',
  'conntrack-active': 'net/netfilter/nf_conntrack_max',
} as const;

export type RuleId = keyof typeof PATHS;

/** All six. */
export const RULES = Object.keys(PATHS) as RuleId[];

/** What the kernel says to each rule, in the report's words: a value, present, absent. */
export type Truth = Readonly<Record<RuleId, string>>;

/** A unit of the tests that loads br_netfilter when the sysctls have long been set. */
export const LATE_UNIT = 'netprereq-e2e-late.service';

/** That unit's file, and the link by which the boot starts it; its fifth line loads the module. */
export const LATE_MODPROBE: Tree = unit(LATE_UNIT, [
  '[Service]',
  'Type=oneshot',
  'RemainAfterExit=yes',
  'ExecStartPre=/sbin/modprobe br_netfilter',
  'ExecStart=/bin/true',
]);

const WITNESS = '/run/netprereq-e2e-truth';

// CNI plug-ins, kubelet and kube-proxy set sysctls too: what the boot itself came to has to be noted down before they start. The
// unit must not name the module, or it would be one of those that may load it.
const WITNESSED = [...new Set(Object.values(PATHS))].filter((path) => !path.startsWith('net/netfilter'));

/** A unit that notes the values down when the files and units of the boot have had their say, and the node's agents not yet. */
export const WITNESS_UNIT: Tree = unit('netprereq-e2e-witness.service', [
  '[Unit]',
  `After=systemd-sysctl.service systemd-modules-load.service ${LATE_UNIT}`,
  'Before=containerd.service kubelet.service kube-proxy.service',
  '[Service]',
  'Type=oneshot',
  `ExecStart=-/bin/sh -c 'cd /proc/sys && grep -s "" ${WITNESSED.join(' ')} >${WITNESS}'`,
]);

function unit(name: string, lines: readonly string[]): Tree {
  const directory = '/etc/systemd/system';
  return {
    [`${directory}/${name}`]: `${lines.join('\n')}\n`,
    [`${directory}/multi-user.target.wants/${name}`]: { link: `../${name}` },
  };
}

/** What the boot came to, as the witness has it. */
export async function bootTruth(): Promise<Truth> {
  const { 'conntrack-active': conntrack } = await runningTruth();
  return { ...inWords(await onNode(`cat ${WITNESS}`)), 'conntrack-active': conntrack };
}

/**
 * What the running kernel says. Connection tracking comes with what needs it, kube-proxy for one, which may not have got that far:
 * something that needs it is loaded first.
 */
export async function runningTruth(): Promise<Truth> {
  const script = 'modprobe -q xt_conntrack; cd /proc/sys && grep -s "" "$@"; true';
  return inWords(await onNode(script, [...new Set(Object.values(PATHS))]));
}

function inWords(lines: string): Truth {
  const values = new Map(lines.split('\n').map((line) => line.split(':') as [string, string]));
  const words = RULES.map((rule) => {
    const value = values.get(PATHS[rule]);
    const isModule = rule === 'br-netfilter' || rule === 'conntrack-active';
    return [rule, value === undefined ? 'absent' : isModule ? 'present' : value];
  });
  return Object.fromEntries(words) as Truth;
}
