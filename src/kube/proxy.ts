import { BlockList, isIP } from 'node:net';
import { type Advice, run } from '../text/advice.ts';
import { shellWord } from '../text/shell-word.ts';
import { withoutLogin } from './connection.ts';
import { configurationError } from './errors.ts';

const IN_FILE = 'proxy-url';

/** A proxy on the way to a server. */
export interface ProxyServer {
  /** Of http, https or socks5; may have a login. */
  url: string;
  /** The variable that names it, or proxy-url of a kubeconfig. */
  from: string;
}

function inRange(host: string, range: string): boolean {
  const [network = '', bits] = range.split('/');
  const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
  const list = new BlockList();
  try {
    list.addSubnet(network, Number(bits), family(network));
  } catch {
    // Not a range at all.
    return false;
  }
  return isIP(host) !== 0 && list.check(host, family(host));
}

function excludes(pattern: string, host: string, port: string): boolean {
  if (pattern === '*') return true;
  if (pattern.includes('/')) return inRange(host, pattern);
  const [, name = '', only] = /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(pattern) ?? [];
  if (only !== undefined && only !== port) return false;
  const wanted = name.replace(/^\[|\]$/g, '').replace(/^\*\./, '.');
  return wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted || host.endsWith(`.${wanted}`);
}

/**
 * The proxy on the way to a server: the one that its cluster's entry names, else the environment's.
 * @throws KubeError for one that cannot be used
 */
export function proxyOf(
  cluster: { name: string; proxyUrl: string | undefined },
  server: URL,
  env: NodeJS.ProcessEnv,
): ProxyServer | undefined {
  const { name, proxyUrl } = cluster;
  const found = proxyUrl === undefined ? proxyFromEnvironment(server, env) : { url: proxyUrl, from: IN_FILE };
  if (found === undefined) return undefined;
  const { url: named, from } = found;
  const url = URL.parse(named);
  // In Go both let the proxy resolve the name.
  if (url?.protocol === 'socks5h:') return { url: named.replace(/^[^:]+/, 'socks5'), from };
  if (url && ['http:', 'https:', 'socks5:'].includes(url.protocol)) return { url: url.href, from };
  const key = shellWord(`clusters.${name}.proxy-url`);
  throw configurationError(
    `invalid proxy in ${from}: ${withoutLogin(named)} is not an http, https or socks5 URL`,
    from === IN_FILE
      ? [run(`kubectl config set ${key} http://HOST:PORT`, 'set a valid one')]
      : [run(`export ${from}=http://HOST:PORT`, 'set a valid one'), run(`unset ${from}`, 'or use none')],
  );
}

/** What to type when a server (host:port) was not reached through a proxy. */
export function proxyTries({ url, from }: ProxyServer, server: string): Advice[] {
  const { protocol, host } = new URL(url);
  const inFile = from === IN_FILE;
  const [look, who] = inFile
    ? ['kubectl config view --minify', 'the kubeconfig']
    : [`echo "$${from}"`, 'the environment'];
  const around = shellWord(server.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''));
  const bypass = 'bypass the proxy, if this server can be reached directly';
  return [
    run(look, `the server is asked through the proxy ${protocol}//${host}, which ${who} names in ${from}`),
    `if the proxy needs a name and a password, put them into ${from}: http://NAME:PASSWORD@${host}`,
    ...(inFile ? [] : [run(`export NO_PROXY="$NO_PROXY",${around}`, bypass)]),
  ];
}

/**
 * The proxy that the environment names for a server, as Go's net/http reads it, hence kubectl: HTTPS_PROXY for https, HTTP_PROXY
 * for http, NO_PROXY with names, .suffixes, addresses, CIDR ranges and ports; loopback is never proxied. Undefined = direct.
 */
export function proxyFromEnvironment(server: URL, env: NodeJS.ProcessEnv): ProxyServer | undefined {
  const secure = server.protocol === 'https:';
  const from = (secure ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy']).find((name) => env[name]);
  if (from === undefined) return undefined;
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = server.port || (secure ? '443' : '80');
  const patterns = (env.NO_PROXY || env.no_proxy || '')
    .split(',')
    .map((pattern) => pattern.trim())
    .filter(Boolean);
  if (host === 'localhost' || host === '::1' || inRange(host, '127.0.0.0/8')) return undefined;
  if (patterns.some((pattern) => excludes(pattern.toLowerCase(), host, port))) return undefined;
  const url = `${env[from]}`;
  return { url: /^[a-z0-9]+:\/\//i.test(url) ? url : `http://${url}`, from };
}
