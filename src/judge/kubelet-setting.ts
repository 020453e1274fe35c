import type { ConfigFile, NodeFacts } from '../facts/facts.ts';
import { readFiles } from '../facts/read.ts';

const FIELDS = ['failCgroupV1', 'protectKernelDefaults', 'resolvConf'] as const;

/**
 * Where kubeadm, kubespray, EKS, AKS and GKE put the kubelet's configuration. /etc/kubernetes/kubelet.conf is not among them: OpenShift has it
 * there, but kubeadm a kubeconfig, whose key nobody may read.
 */
const PATHS = [
  '/var/lib/kubelet/config.yaml',
  '/etc/kubernetes/kubelet-config.yaml',
  '/etc/kubernetes/kubelet/config.json',
  '/etc/kubernetes/kubelet/kubelet-config.json',
  '/etc/default/kubeletconfig.json',
  '/home/kubernetes/kubelet-config.yaml',
] as const;

/** The lines of them that rules read: nothing else of them leaves the node. */
export const KUBELET_FILES = PATHS.map((path) => `${path}#KubeletConfiguration|${FIELDS.join('|')}`);

/** A field of the kubelet's configuration: what it says, and where; a default is at the file's beginning. */
export interface KubeletSetting {
  readonly value: string;
  readonly file: string;
  readonly line?: number;
}

/**
 * What the kubelet's configuration file says of a field, a scalar whose name no other object of it has. undefined: no file was found or
 * read, or there are two that differ, and which one the kubelet has is not known.
 * @param otherwise the kubelet's own default
 * @throws NotAsked
 */
export function kubeletSetting(
  facts: NodeFacts,
  field: (typeof FIELDS)[number],
  otherwise: string,
): KubeletSetting | undefined {
  const found = KUBELET_FILES.flatMap((path) => {
    const files = readFiles(facts, path);
    return files === 'unread' ? [undefined] : files.map((file) => settingIn(file, field, otherwise));
  });
  const [first, ...others] = found;
  return first && others.every((other) => other?.value === first.value) ? first : undefined;
}

function settingIn(file: ConfigFile, field: string, otherwise: string): KubeletSetting | undefined {
  if (file.kind !== 'file' || file.truncated) return undefined;
  // YAML, or JSON in one line or many.
  const pattern = new RegExp(`(?:^|[{,\\s])"?${field}"?\\s*:\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"',}]+))`);
  for (const { number, text } of file.lines) {
    const [match, ...groups] = pattern.exec(text) ?? [];
    const value = groups.find((group) => group !== undefined);
    if (match !== undefined && value !== undefined) return { value, file: file.path, line: number };
  }
  return file.lines.some(({ text }) => text.includes('KubeletConfiguration'))
    ? { value: otherwise, file: file.path }
    : undefined;
}
