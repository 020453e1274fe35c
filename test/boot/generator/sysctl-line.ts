import { sysctl } from '../../../src/boot/sysctl-keys.ts';
import type { Random } from './random.ts';
import { OTHERS, SWITCHES } from './sysctl-followed.ts';

type Features = Set<string>;

/** Weighted towards the variables that several paths share, where the order of the writes shows. */
const PATHS = [
  ...SWITCHES.flatMap((key) => sysctl(key).paths),
  'net/ipv4/ip_forward',
  'net/ipv4/ip_forward',
  'net/ipv4/conf/all/forwarding',
  'net/ipv4/conf/default/forwarding',
  'net/bridge/bridge-nf-call-iptables',
];

const PATTERNS = [
  'net/ipv4/conf/*/forwarding',
  'net/ipv4/conf/a*/forwarding',
  'net/ipv4/conf/[ad]*/forwarding',
  'net/ipv4/conf/[!a]*/forwarding',
  'net/ipv4/ip_f*',
  'net/ipv?/ip_forward',
  'net/*/conf/default/forwarding',
  'net/ipv6/conf/*/disable_ipv6',
  'net/ipv6/conf/*/forwarding',
  'net/bridge/bridge-nf-call-*',
  'net/bridge/bridge-nf-call-ip*tables',
  'net/bridge/bridge-nf-call-[[:lower:]]*',
  'net/bridge/bridge-nf-call-ip[6]tables',
  '*/ipv4/ip_forward',
  'net/ipv4/conf/none*/forwarding',
  'net/ipv4/\\ip_forwar?',
  'net/ipv4/ip_forward[',
  'net/ipv6/conf/[a-d]*/forwarding',
];

/** Of those that are no switches: the values that the kernel takes, and some that it does not. */
const OTHER_VALUES: readonly [path: RegExp, values: readonly string[]][] = [
  [/tcp_rmem$/, ['4096 87380 6291456', '4096\t131072\t0x600000', '010000 65536  4194304']],
  [/ip_local_port_range$/, ['1024 65535', '10000\t60000', '0x4000 0xf000']],
  [/reserved_ports$/, ['8080,9148', '30000-32767', '2049']],
  [/mcast_solicit$/, ['1', '2', '0x5', '012', '3x']],
  [/./, ['0', '1', '2', '0x2', '02', '-1', '1 # comment', '2;', '08', '99999999999', 'yes', '10 20', '']],
];

const OTHER_PATHS = Object.keys(OTHERS).map((key) => sysctl(key).paths[0]);

const OTHER_PATTERNS = [
  'net/ipv4/conf/*/rp_filter',
  'net/ipv4/conf/[dl]*/rp_filter',
  'net/ipv4/conf/*/arp_ignore',
  'net/ipv4/conf/l?/forwarding',
  'net/ipv4/conf/*/forwarding',
  'net/ipv4/conf/all/[!f]*_redirects',
  'net/ipv6/conf/*/accept_ra',
  'net/ipv6/conf/lo/disable_*',
  'net/ipv4/neigh/*/mcast_solicit',
  'net/ipv4/tcp_max_tw_bucket?',
];

const ODD_VALUES = [
  '1 # comment',
  '1;',
  '0x1',
  '0X0',
  '01',
  '08',
  '',
  '1\t0',
  '1 0',
  '2',
  '-1',
  '+1',
  '99999999999',
  '1x',
  '0 1',
  'yes',
  '1,1',
  '2147483648',
  '00000000000000000001',
  '000000000000000000001',
  '1\x0b',
  '\x0b1',
  '"1"',
  '1\xa0',
  '\xff',
  '1=0',
  '= 1',
  '-0',
  '\\1',
  '0x',
  '0 ; 1',
  `1 ${'x'.repeat(5000)}`,
  `1${'0'.repeat(5000)}`,
  `${'0'.repeat(5000)}1`,
  `0${' '.repeat(5000)}1`,
];

const OTHER_LINES = [
  `#${'net.ipv4.ip_forward=1 '.repeat(300)}`,
  `${' '.repeat(5000)}net.ipv4.ip_forward = 1`,
  `net.ipv4.${'x'.repeat(5000)} = 1`,
  `net.ipv4.ip_f${'*'.repeat(200)} = 1`,
  `${'net.'.repeat(1500)}ip_forward = 1`,
  'kernel.sysrq = 1',
  'net.core.somaxconn=1024',
  'vm.nothing = 0',
  'net.ipv4.ip_forward',
  'nonsense',
  '=1',
  '= ',
  '-',
  '--',
  '- = 1',
  'net.ipv4.conf.all = 1',
  'net/ipv4 = 0',
  'net.ipv4.nothing = 1',
  '\xef\xbb\xbfnet.ipv4.ip_forward = 1',
  'sysctl net.ipv4.ip_forward=1',
  'net.ipv4.ip_forward: 1',
  'net.ipv4.ip_forwarding = 1',
  'NET.IPV4.IP_FORWARD = 1',
  'x',
  '\xe9=1',
  '[section]',
  'net.ipv4.conf.lo.forwarding = 1',
];

/** A path below /proc/sys of one of the sysctls. */
export function randomPath(random: Random): string {
  return random.pick(PATHS);
}

/** A line of a sysctl file, without its end. */
export function randomLine(random: Random, features: Features): string {
  const kind = random.below(20);
  if (kind === 0) return marked(features, 'other line', random.pick(OTHER_LINES));
  if (kind === 1)
    return marked(features, 'comment', `${random.pick(['#', ' # ', ';', '\t;', '#-'])}${assignment(random, features)}`);
  if (kind === 2) return marked(features, 'blank line', random.pick(['', ' ', '\t', '\r', '\x0b']));
  if (kind === 3)
    return marked(features, 'exemption', `-${spell(random.pick(PATHS), random, features)}${blank(random)}`);
  if (kind === 4)
    return marked(features, 'exemption by a pattern', `-${spell(random.pick(PATTERNS), random, features)}`);
  if (kind === 5) {
    const separator = random.pick(['\r', '\0', '\r\r', ' \r', '\r\0']);
    const line = `${assignment(random, features)}${separator}${random.chance(0.5) ? assignment(random, features) : ''}`;
    return marked(features, 'carriage return or NUL in a line', line);
  }
  return random.chance(0.35) ? otherAssignment(random, features) : assignment(random, features);
}

/** Of a sysctl that is no switch. */
function otherAssignment(random: Random, features: Features): string {
  const patterned = random.chance(0.25);
  const path = random.pick(patterned ? OTHER_PATTERNS : OTHER_PATHS);
  features.add(patterned ? 'pattern of another sysctl' : 'another sysctl');
  if (random.chance(0.1)) return marked(features, 'exemption', `-${path.replaceAll('/', '.')}`);
  const values = OTHER_VALUES.find(([known]) => known.test(path))?.[1] ?? [];
  // What a text begins or ends with is a part of it.
  const gap = () => (/rmem|ports|range/.test(path) ? random.pick(['', ' ', '\t']) : blank(random));
  return `${path.replaceAll('/', '.')}${gap()}=${gap()}${random.pick(values)}`;
}

function assignment(random: Random, features: Features): string {
  const patterned = random.chance(0.2);
  const path = random.pick(patterned ? PATTERNS : PATHS);
  if (patterned) features.add('pattern');
  const mark = random.chance(0.1) ? marked(features, 'leading -', random.pick(['-', '- ', ' -', '--'])) : '';
  const before = random.chance(0.15) ? marked(features, 'indented', blank(random)) : '';
  const equals = `${blank(random)}=${blank(random)}`;
  return `${before}${mark}${spell(path, random, features)}${equals}${value(random, features)}${blank(random)}`;
}

/** The feature of trees whose lines have values of their own, so that the value tells which line decided. */
export const TOLD_BY_VALUE = 'a value for each line';

function value(random: Random, features: Features): string {
  if (features.has(TOLD_BY_VALUE)) return String(1000 + random.below(1_000_000));
  if (random.chance(0.2)) return marked(features, 'odd value', random.pick(ODD_VALUES));
  return random.pick(['0', '1']);
}

function blank(random: Random): string {
  return random.pick(['', '', '', ' ', ' ', '  ', '\t', ' \t ', '\r', '\x0c']);
}

function spell(path: string, random: Random, features: Features): string {
  const dotted = path.replaceAll('/', '.');
  if (random.chance(0.75)) return dotted;
  const [head = '', ...rest] = path.split('/');
  const [feature, spelled] = random.pick<[string, string]>([
    ['slashes', path],
    ['slashes', path],
    ['slash first, then dots', `${head}/${rest.join('.')}`],
    ['dot first, then slashes', `${head}.${rest.join('/')}`],
    ['leading slash', `/${path}`],
    ['leading dot', `.${dotted}`],
    ['doubled separator', path.replace('/', '//')],
    ['doubled separator', dotted.replace('.', '..')],
    ['. in a path', path.replace('/', '/./')],
    ['.. in a path', path.replace('/ipv4/', '/ipv4/../ipv4/')],
    ['.. out of nowhere', path.replace('/', '/nowhere/../')],
    ['trailing slash', `${path}/`],
    ['/proc/sys', `/proc/sys/${path}`],
  ]);
  return marked(features, feature, spelled);
}

function marked(features: Features, feature: string, text: string): string {
  features.add(feature);
  return text;
}
