import { BlockList, isIP } from 'node:net';
import { shellWord } from '../text/shell-word.ts';

const IN_FILE = 'proxy-url';

/** A proxy as messages name it. */
export interface NamedProxy {
  /** Without a login: it may have a password. */
  address: string;
  /** host:port. */
  host: string;
  /** The variable that names it, or proxy-url of a kubeconfig. */
  from: string;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function inRange(host: string, range: string): boolean {
  const [network = '', bits = ''] = range.split('/');
  const family = isIP(network);
  const length = Number(bits);
  if (family === 0 || isIP(host) !== family || !Number.isInteger(length) || length > (family === 4 ? 32 : 128))
    return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, length, type);
  return list.check(host, type);
}

function excludes(pattern: string, host: string, port: string): boolean {
  if (pattern === '*') return true;
  if (pattern.includes('/')) return inRange(host, pattern);
  const [, name = '', only] = /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(pattern) ?? [];
  if (only !== undefined && only !== port) return false;
  const wanted = name.replace(/^\[|\]$/g, '').replace(/^\*\./, '.');
  if (isIP(wanted)) return wanted === host;
  return wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted || host.endsWith(`.${wanted}`);
}

/** The variable of the environment that names the proxy for a server, whether or not it is used. */
function variable(secure: boolean, env: NodeJS.ProcessEnv): string | undefined {
  return (secure ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy']).find((name) => env[name]);
}

/** The proxy `url`, which the kubeconfig names, or else the environment. */
export function namedProxy(url: string, server: URL, inFile: boolean, env: NodeJS.ProcessEnv): NamedProxy {
  const { protocol, host } = new URL(url);
  const from = (inFile ? undefined : variable(server.protocol === 'https:', env)) ?? IN_FILE;
  return { address: `${protocol}//${host}`, host, from };
}

/** What to type when a proxy is why `server` (host:port) was not reached; `status` is what it answered. */
export function proxyTries({ address, host, from }: NamedProxy, server: string, status: number | undefined): string[] {
  const inFile = from === IN_FILE;
  const look = inFile ? 'kubectl config view --minify' : `echo "$${from}"`;
  const around = server.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return [
    `the server is asked through the proxy ${address}, which ${inFile ? 'the kubeconfig' : 'the environment'} names in ${from}: ${look}`,
    ...(status === 407
      ? [`it wants a name and a password: ${from} may have them, as http://NAME:PASSWORD@${host}`]
      : []),
    ...(inFile
      ? []
      : [`go around it, if this server can be reached directly: export NO_PROXY="$NO_PROXY",${shellWord(around)}`]),
  ];
}

/**
 * The proxy that the environment names for a server, as Go's net/http reads it, hence kubectl: HTTPS_PROXY for https, HTTP_PROXY
 * for http, NO_PROXY with names, .suffixes, addresses, CIDR ranges and ports; loopback is never proxied. Undefined = direct.
 */
export function proxyFromEnvironment(server: URL, env: NodeJS.ProcessEnv): string | undefined {
  const secure = server.protocol === 'https:';
  const proxy = env[variable(secure, env) ?? ''];
  if (!proxy) return undefined;
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = server.port || (secure ? '443' : '80');
  const patterns = (env.NO_PROXY || env.no_proxy || '')
    .split(',')
    .map((pattern) => pattern.trim())
    .filter(Boolean);
  if (isLoopback(host) || patterns.some((pattern) => excludes(pattern.toLowerCase(), host, port))) return undefined;
  return /^[a-z0-9]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}
