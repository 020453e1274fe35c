import type { KubeObject, PodSpec, PodStatus } from './objects.ts';
import { badRequest } from './status.ts';

/** Decides whether an object is selected. */
export type Predicate = (object: KubeObject) => boolean;

const requirement =
  /^\s*(?:(?<key>[\w./-]+)\s*(?:(?<op>==|=|!=)\s*(?<value>[\w.-]*)|(?<set>in|notin)\s*\((?<values>[^()]*)\))?|!\s*(?<not>[\w./-]+))\s*(?:,(?=\s*\S)|$)/;

/** A label selector, equality-based and set-based, as kubectl writes it. Throws a 400 when it does not parse. */
export function labelSelector(text: string): Predicate {
  const tests: ((labels: Record<string, string>) => boolean)[] = [];
  for (let rest = text; rest.trim() !== ''; ) {
    const match = requirement.exec(rest);
    if (!match?.groups) throw badRequest(`unable to parse requirement: found '${rest.trim().slice(0, 20)}'`);
    tests.push(labelTest(match.groups));
    rest = rest.slice(match[0].length);
  }
  return ({ metadata }) => tests.every((test) => test(metadata.labels ?? {}));
}

function labelTest(part: Record<string, string | undefined>): (labels: Record<string, string>) => boolean {
  const { key = '', op, value, set, values, not } = part;
  if (not !== undefined) return (labels) => labels[not] === undefined;
  if (op === '!=') return (labels) => labels[key] !== value;
  if (op !== undefined) return (labels) => labels[key] === value;
  if (set === undefined) return (labels) => labels[key] !== undefined;
  const wanted = new Set((values ?? '').split(',').map((item) => item.trim()));
  // An absent label satisfies notin, and never in.
  const within = (labels: Record<string, string>) => labels[key] !== undefined && wanted.has(labels[key]);
  return set === 'in' ? within : (labels) => !within(labels);
}

type Field = (object: KubeObject) => string;

const metadataFields: Record<string, Field> = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace ?? '',
};

const podSpec = (object: KubeObject) => (object.spec ?? {}) as Partial<PodSpec>;
const podStatus = (object: KubeObject) => (object.status ?? {}) as Partial<PodStatus>;

/** Field labels by resource; the API server knows no others and answers 400. */
const fields: Record<string, Record<string, Field>> = {
  pods: {
    ...metadataFields,
    'spec.nodeName': (object) => podSpec(object).nodeName ?? '',
    'spec.restartPolicy': (object) => podSpec(object).restartPolicy ?? '',
    'spec.hostNetwork': (object) => String(podSpec(object).hostNetwork ?? false),
    'spec.serviceAccountName': (object) => podSpec(object).serviceAccountName ?? '',
    'status.phase': (object) => podStatus(object).phase ?? '',
  },
  nodes: {
    'metadata.name': ({ metadata }) => metadata.name,
    'spec.unschedulable': ({ spec }) =>
      String((spec as { unschedulable?: boolean } | undefined)?.unschedulable ?? false),
  },
};

/** A field selector of one resource. Throws a 400 for a field that the API server does not index. */
export function fieldSelector(resource: string, text: string): Predicate {
  const known = fields[resource] ?? metadataFields;
  const tests = text
    .split(',')
    .filter((part) => part !== '')
    .map((part): Predicate => {
      const [, key = '', op, value] = /^([^!=]+)(==|=|!=)(.*)$/.exec(part) ?? [];
      const field = known[key];
      if (op === undefined) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
      if (field === undefined) throw badRequest(`field label not supported: ${key}`);
      return (object) => (field(object) === value) === (op !== '!=');
    });
  return (object) => tests.every((test) => test(object));
}
