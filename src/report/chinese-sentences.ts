/** How much a cluster needs a rule. */
const VERDICTS: Readonly<Record<string, string>> = {
  required: '必需',
  recommended: '建议',
  info: '仅显示',
  skipped: '跳过',
};

/** Sentences that many rules share, and their Chinese; $1 and $2 are names and values. */
export const SHARED: readonly [english: RegExp, chinese: string][] = [
  [
    /^Read: whether (`.+`) (?:is|are) built in, loaded, or on disk for the running kernel, and not denied\. None has to be loaded: the program that needs one loads it\.$/,
    '读取：$1 是否编译进内核、已加载，或者在磁盘上可供正在运行的内核使用，并且没有被禁止。不必事先加载：需要它的程序会加载它。',
  ],
  [
    /^Read: whether the modules that the cluster needs, among (`.+`), are built in, loaded, or on disk for the running kernel, and not denied\. None has to be loaded: the program that needs one loads it\.$/,
    '读取：下列模块中集群需要的那些，是否编译进内核、已加载，或者在磁盘上可供正在运行的内核使用，并且没有被禁止：$1。不必事先加载：需要它的程序会加载它。',
  ],
  [/^Read: whether (`[^`]+`) exists\.$/, '读取：$1 是否存在。'],
  [/^While (`[^`]+`) fails, this rule is skipped\.$/, '$1 不满足时，跳过这条规则。'],
  [
    /^The same check for the kernel that the next boot will start, and for what modprobe\.d and the kernel command line deny\.$/,
    '对下次启动时使用的内核做同样的判断，并考虑 modprobe.d 和内核命令行所禁止的模块。',
  ],
  [/^Not judged\.$/, '不做判断。'],
  [/^Not judged: the next boot reads the same files\.$/, '不做判断：下次启动读取同样的文件。'],
  [/^Not judged: it concerns the running kernel only\.$/, '不做判断：只涉及正在运行的内核。'],
  [/^Not judged: the file is written again at each boot\.$/, '不做判断：每次启动都会重新写入这个文件。'],
  [/^Not judged: each boot creates packet filters again\.$/, '不做判断：每次启动都会重新建立数据包过滤规则。'],
  [
    /^kube-proxy with IPv6, from (\S+), before (\S+): ip6tables-restore refuses the target MARK \((.+?)\) \((\S+)\)\.$/,
    '使用 IPv6 的 kube-proxy，从 $1 起、$2 之前：ip6tables-restore 拒绝 target MARK（$3）（$4）。',
  ],
  [
    /^kube-proxy with IPv6, (\d\S+): ip6tables-restore refuses the target MARK \((.+?)\) \((\S+)\)\.$/,
    '使用 IPv6 的 kube-proxy，$1：ip6tables-restore 拒绝 target MARK（$2）（$3）。',
  ],
  [
    /^kube-proxy in mode nftables, before (\S+): kube-proxy exits: "(.+)" \((\S+)\)\.$/,
    'nftables 模式的 kube-proxy，$1 之前：kube-proxy 退出：“$2”（$3）。',
  ],
  [
    /^VXLAN, before (\S+): packets between nodes are lost for a wrong checksum once they are masqueraded \((\S+)\)\.$/,
    'VXLAN，$1 之前：节点之间经过地址伪装的数据包因校验和错误而丢失（$2）。',
  ],
  [
    /^Cilium, from (\S+): Cilium's agent exits: "(.+)" \((\w+)\) \((\S+)\)\.$/,
    'Cilium，从 $1 起：Cilium 的 agent 退出：“$2”（$3）（$4）。',
  ],
  [/^Judged by the rules of the same sysctls\.$/, '由检查相同 sysctl 的规则判断。'],
  [
    /^Simulated from the node's files; nothing is run\. First comes `sysctl\.` .* The report names the file and the line that decide\.$/,
    '根据节点上的文件模拟，不执行任何程序。先是内核命令行上的 `sysctl.`，然后是 systemd-sysctl（Alpine 上是服务 `sysctl`）从 `/etc`、`/run`、`/usr/local/lib` 和 `/usr/lib` 的 `sysctl.d` 中读取的内容：所有目录的文件一起按文件名排序，同名文件只有一个有效，最后一次赋值有效。被屏蔽的文件（指向 `/dev/null` 的链接）和通配符也会考虑在内。如果服务被屏蔽、不存在，或者（OpenRC）不在任何运行级别中，则不应用任何文件；如果服务在节点上被修改过，结果是 unknown。检查结果会指出起决定作用的文件和行。',
  ],
  [
    /^If a file could not be read, or if releases differ and the node's is unknown, every possibility is simulated\. The result is unknown unless all of them agree\.$/,
    '如果有文件无法读取，或者不同版本的行为不同而节点的版本未知，就模拟每一种可能。除非结果都相同，否则是 unknown。',
  ],
  [
    /^`sysctl --system` is not the program that sets sysctls at boot: .* it also resets what the CNI has set\.$/,
    '`sysctl --system` 不是启动时设置 sysctl 的程序：它还读取 `/etc/sysctl.conf`，而且最后读取。如果它的结果与重启的结果不同，检查结果会指出（它可能关闭重启时正确设置的值，或者设置重启后不会有的值）。不要在正在运行的节点上执行它：它还会重置 CNI 设置的值。',
  ],
  [/^In the Talos machine config: (.*)$/, '在 Talos 的机器配置中：$1'],
  [
    /^Apply it with talosctl: Talos has no shell and does not keep your files$/,
    '用 talosctl 应用：Talos 没有 shell，也不保留你写的文件',
  ],
  [/^The same settings belong in the user data of the node group$/, '同样的设置也要写进节点组的用户数据（user data）'],
  [/^In configuration\.nix: (.*)$/, '在 configuration.nix 中：$1'],
  [
    /^For the next boot: a MachineConfig with (\S+) containing (\S+); not by hand$/,
    '要在重启后保持：用 MachineConfig 写入 $1，内容为 $2；不要手动修改',
  ],
  [
    /^For the next boot: a Tuned profile \(Node Tuning Operator\) or MachineConfig with (.+); not by hand$/,
    '要在重启后保持：用 Tuned 配置（Node Tuning Operator）或 MachineConfig 设置 $1；不要手动修改',
  ],
  [
    /^For the next boot: (\S+) containing (.+), in the node's Butane\/Ignition config$/,
    '要在重启后保持：在节点的 Butane/Ignition 配置中写入 $1，内容为 $2',
  ],
  [
    /^For the next boot: a startup script or a DaemonSet that runs (.+) \(\/etc is a tmpfs\)$/,
    '要在重启后保持：用启动脚本或 DaemonSet 执行 $1（/etc 是 tmpfs）',
  ],
  [/^On the machine that runs this node's container$/, '在运行这个节点容器的机器上'],
  [/^There, for its next boot$/, '在那台机器上，使其在重启后保持'],
  [
    /^It lasts as long as the container: to keep it, create the container with (--sysctl \S+)$/,
    '只在这个容器存在期间有效：要保留它，请用 $1 创建容器',
  ],
  [/^OVN-Kubernetes' configuration guide$/, 'OVN-Kubernetes 的配置指南'],
  [/^kops' notes on installing (\S+)$/, 'kOps 关于安装 $1 的说明'],
];

/** The Chinese of a sentence that many rules share; undefined: it has no translation. */
export function sharedInChinese(english: string): string | undefined {
  const known = SHARED.find(([pattern]) => pattern.test(english));
  return known && english.replace(...known).replaceAll('`, `', '`、`');
}

/** Translates the word with which a verdict begins, and puts the translated reason in place of the English one. */
export function verdictInChinese(english: string, reason?: string): string {
  const [, word = '', rest = ''] = /^(\w*)(.*)$/s.exec(english) ?? [];
  const because = reason ?? rest.replace(/^[:,] /, '');
  return (VERDICTS[word] ?? word) + (because === '' ? '' : `（${because}）`);
}
