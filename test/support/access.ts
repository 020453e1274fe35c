import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { RequestInfo } from './resources.ts';
import { forbidden, unauthorized } from './status.ts';

/** What a user may do; '*' stands for everything, and a subresource is written pods/log. */
export interface Rule {
  verbs: readonly string[];
  resources: readonly string[];
  /** Default: every namespace, and objects without one. */
  namespaces?: readonly string[];
}

/** Who may use the stand-in. A user with a token authenticates by it; any user by a certificate of that common name. */
export interface User {
  name: string;
  token?: string;
  /** Default: everything. */
  rules?: readonly Rule[];
}

const anonymous: User = { name: 'system:anonymous', rules: [] };

/** The user of a request: certificate first, then bearer token; 401 for a credential that nobody has. */
export function authenticate(request: IncomingMessage, users: readonly User[]): User {
  const socket = request.socket as Partial<TLSSocket>;
  if (socket.authorized) {
    const name = socket.getPeerCertificate?.()?.subject?.CN;
    return users.find((user) => user.name === name) ?? { name: String(name), rules: [] };
  }
  const { authorization } = request.headers;
  const user = authorization === undefined ? anonymous : users.find(({ token }) => authorization === `Bearer ${token}`);
  if (!user) throw unauthorized();
  const header = request.headers['impersonate-user'];
  if (typeof header !== 'string') return user;
  // Node reads a header's bytes as characters; a name is UTF-8.
  const target = Buffer.from(header, 'latin1').toString('utf8');
  authorize(user, { verb: 'impersonate', group: '', version: 'v1', resource: 'users', name: target });
  return users.find(({ name }) => name === target) ?? { name: target, rules: [] };
}

export function allowed(user: User, request: Omit<RequestInfo, 'group' | 'version'>): boolean {
  const resource = request.subresource ? `${request.resource}/${request.subresource}` : request.resource;
  const covers = (list: readonly string[], item: string) => list.includes('*') || list.includes(item);
  const rules = user.rules ?? [{ verbs: ['*'], resources: ['*'] }];
  return rules.some((rule) => {
    const inNamespace = !rule.namespaces || (request.namespace && rule.namespaces.includes(request.namespace));
    return covers(rule.verbs, request.verb) && covers(rule.resources, resource) && inNamespace;
  });
}

/** Throws the authorizer's 403. */
export function authorize(user: User, request: RequestInfo): void {
  if (allowed(user, request)) return;
  const { verb, resource, subresource, group, namespace, name } = request;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = subresource ? `${resource}/${subresource}` : resource;
  throw forbidden(
    { resource, group, ...(name === undefined ? {} : { name }) },
    `User "${user.name}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`,
  );
}
