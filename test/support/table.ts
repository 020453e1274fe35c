import type { KubeObject, PodSpec, PodStatus } from './objects.ts';

interface Column {
  name: string;
  /** 0: always; 1: with -o wide. */
  priority: 0 | 1;
  cell: (object: KubeObject) => string;
}

/** kubectl's short age: the largest unit only. */
function age({ metadata }: KubeObject): string {
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(metadata.creationTimestamp ?? '')) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

const nameColumn: Column = { name: 'Name', priority: 0, cell: ({ metadata }) => metadata.name };
const ageColumn: Column = { name: 'Age', priority: 0, cell: age };

const podSpec = (object: KubeObject) => object.spec as PodSpec;
const podStatus = (object: KubeObject) => object.status as PodStatus;

function podState(object: KubeObject): string {
  if (object.metadata.deletionTimestamp) return 'Terminating';
  const { reason, phase, containerStatuses = [] } = podStatus(object);
  const states = containerStatuses.map(({ state }) => state.waiting?.reason ?? state.terminated?.reason);
  return reason ?? states.find((state) => state !== undefined) ?? phase;
}

const podColumns: Column[] = [
  nameColumn,
  {
    name: 'Ready',
    priority: 0,
    cell: (object) => {
      const running = (podStatus(object).containerStatuses ?? []).filter(({ state }) => state.running);
      return `${running.length}/${podSpec(object).containers.length}`;
    },
  },
  { name: 'Status', priority: 0, cell: podState },
  { name: 'Restarts', priority: 0, cell: () => '0' },
  ageColumn,
  { name: 'IP', priority: 1, cell: (object) => String(podStatus(object).podIP ?? '<none>') },
  { name: 'Node', priority: 1, cell: (object) => podSpec(object).nodeName ?? '<none>' },
];

interface NodeStatus {
  conditions?: { type: string; status: string }[];
  nodeInfo?: Record<string, string>;
  addresses?: { type: string; address: string }[];
}

const nodeStatus = (object: KubeObject) => (object.status ?? {}) as NodeStatus;
const nodeInfo = (field: string) => (object: KubeObject) => nodeStatus(object).nodeInfo?.[field] ?? '<unknown>';

function nodeState(object: KubeObject): string {
  const ready = nodeStatus(object).conditions?.find(({ type }) => type === 'Ready')?.status;
  const state = ready === 'True' ? 'Ready' : ready === undefined ? 'Unknown' : 'NotReady';
  const cordoned = (object.spec as { unschedulable?: boolean } | undefined)?.unschedulable;
  return cordoned ? `${state},SchedulingDisabled` : state;
}

function roles({ metadata }: KubeObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const found = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
  return found.map((label) => label.slice(prefix.length)).join(',') || '<none>';
}

const nodeColumns: Column[] = [
  nameColumn,
  { name: 'Status', priority: 0, cell: nodeState },
  { name: 'Roles', priority: 0, cell: roles },
  ageColumn,
  { name: 'Version', priority: 0, cell: nodeInfo('kubeletVersion') },
  {
    name: 'Internal-IP',
    priority: 1,
    cell: (object) => nodeStatus(object).addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '<none>',
  },
  { name: 'OS-Image', priority: 1, cell: nodeInfo('osImage') },
  { name: 'Kernel-Version', priority: 1, cell: nodeInfo('kernelVersion') },
  { name: 'Container-Runtime', priority: 1, cell: nodeInfo('containerRuntimeVersion') },
];

const columnsByKind: Record<string, Column[]> = { Pod: podColumns, Node: nodeColumns };

/** What kubectl asks for to print a table; all objects are of one kind. */
export function tableOf(objects: readonly KubeObject[], metadata: object): object {
  const columns = columnsByKind[objects[0]?.kind ?? ''] ?? [nameColumn, ageColumn];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, priority }) => {
      return { name, type: 'string', format: name === 'Name' ? 'name' : '', description: name, priority };
    }),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object)),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}
