/**
 * One spelling for each CIDR: the network's bytes in lower-case hexadecimal, and the length of its prefix (0af40100/24). undefined: it is none.
 * @param text as Kubernetes writes it: 10.244.1.0/24, fd00:10:244::/64
 */
export function canonicalCidr(text: string): string | undefined {
  const [, address = '', length = ''] = /^([0-9a-fA-F:.]{2,45})\/(\d{1,3})$/.exec(text) ?? [];
  const bytes = address.includes(':') ? ipv6Bytes(address) : ipv4Bytes(address);
  return bytes && Number(length) <= bytes.length * 4 ? `${masked(bytes, Number(length))}/${Number(length)}` : undefined;
}

/** Canonical CIDRs, however many: a cluster has one or two for each node, and each node is held against all of them. */
export class CidrSet {
  readonly #cidrs: ReadonlySet<string>;
  readonly #lengths: readonly number[];

  /** @param texts as Kubernetes writes them; what is no CIDR is left out */
  constructor(texts: readonly string[]) {
    this.#cidrs = new Set(texts.flatMap((text) => canonicalCidr(text) ?? []));
    this.#lengths = [...new Set([...this.#cidrs].map((cidr) => Number(cidr.split('/')[1])))];
  }

  get size(): number {
    return this.#cidrs.size;
  }

  has(cidr: string): boolean {
    return this.#cidrs.has(cidr);
  }

  /** Whether one of them is larger than this canonical CIDR and holds it. */
  holds(cidr: string): boolean {
    const [network = '', length] = cidr.split('/');
    return this.#lengths.some((one) => one < Number(length) && this.#cidrs.has(`${masked(network, one)}/${one}`));
  }
}

/** A connected route of /proc/net/route (DESTINATION/MASK, little-endian) or of /proc/net/ipv6_route (NETWORK/LENGTH, both in hexadecimal). */
export function cidrOfRoute(text: string): string | undefined {
  const [, network = '', mask = ''] =
    /^([0-9A-Fa-f]{8}|[0-9A-Fa-f]{32})\/([0-9A-Fa-f]{8}|[0-9A-Fa-f]{2})$/.exec(text) ?? [];
  if (network.length !== mask.length * (mask.length === 8 ? 1 : 16) || network === '') return undefined;
  if (mask.length === 2) return `${network.toLowerCase()}/${Number.parseInt(mask, 16)}`;
  const bits = Number.parseInt(swapped(mask), 16).toString(2).replace(/0*$/, '');
  return `${swapped(network).toLowerCase()}/${bits.length}`;
}

const swapped = (bytes: string) => bytes.replace(/^(..)(..)(..)(..)$/, '$4$3$2$1');

function masked(bytes: string, length: number): string {
  const digits = [...bytes].map((digit, index) => {
    const kept = Math.min(4, Math.max(0, length - index * 4));
    return (Number.parseInt(digit, 16) & (0xf0 >> kept) & 0xf).toString(16);
  });
  return digits.join('');
}

function ipv4Bytes(address: string): string | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.map((part) => Number(part).toString(16).padStart(2, '0')).join('');
}

function ipv6Bytes(address: string): string | undefined {
  const halves = address.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail = []] = halves;
  const missing = 8 - head.length - tail.length;
  if (halves.length > 2 || missing < 0 || (halves.length === 1 && missing > 0)) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.map((group) => group.toLowerCase().padStart(4, '0')).join('');
}
