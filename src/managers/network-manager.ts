import { mergeDirectories } from '../boot/config-directories.ts';
import type { ConfigFile } from '../facts/facts.ts';
import { booleanOf, type Setting, settingsOf } from './settings.ts';

const MAIN = '/etc/NetworkManager/NetworkManager.conf';
const [ETC, RUN, USR] = ['/etc/NetworkManager', '/run/NetworkManager', '/usr/lib/NetworkManager'] as const;

/** What to read of NetworkManager's configuration. */
export const NETWORK_MANAGER_FILES = [MAIN, ...[ETC, RUN, USR].map((root) => `${root}/conf.d/*.conf`)];

/** An interface as NetworkManager's lists of devices tell them apart. */
export interface Device {
  readonly name: string;
  /** As nmcli names it, which is what `type:` and, but for tunnels, `driver:` match. */
  readonly type: string;
}

/** Its settings in the order in which it reads them: /usr/lib, /run, the main file, /etc; each directory by name. */
export function networkManagerSettings(files: readonly ConfigFile[]): Setting[] {
  const { read } = mergeDirectories(files, [ETC, RUN, USR]);
  const within = (root: string) => read.filter(({ path }) => path.startsWith(`${root}/`));
  const inOrder = [...within(USR), ...within(RUN), ...files.filter(({ path }) => path === MAIN), ...within(ETC)];
  return inOrder.flatMap((file) => {
    const settings = settingsOf([file]);
    const disabled = settings.some(
      ({ section, key, value }) => section === '.config' && key === 'enable' && booleanOf(value) === false,
    );
    return disabled ? [] : settings;
  });
}

/** What leaves an interface alone, as the last line that says so; undefined: nothing does. */
export function unmanagedBy(device: Device, settings: readonly Setting[]): Setting | undefined {
  const listed = unmanagedList(settings);
  if (matches(device, listed.specs)) return listed.last;
  // Of the sections [device-x] the first that matches and says it decides.
  const sections = new Set(settings.map(({ section }) => section).filter((name) => name.startsWith('device')));
  for (const name of sections) {
    const own = settings.filter(({ section }) => section === name);
    const match = own.findLast(({ key }) => key === 'match-device');
    const managed = own.findLast(({ key }) => key === 'managed');
    if (!managed || (match && !matches(device, specsOf(match.value)))) continue;
    return booleanOf(managed.value) === false ? managed : undefined;
  }
  return undefined;
}

/** keyfile.unmanaged-devices: `=` begins anew, `+=` adds, `-=` takes away. */
function unmanagedList(settings: readonly Setting[]): { specs: string[]; last?: Setting } {
  let specs: string[] = [];
  let last: Setting | undefined;
  for (const setting of settings) {
    const [, how] = setting.section === 'keyfile' ? (/^unmanaged-devices([+-]?)$/.exec(setting.key) ?? []) : [];
    if (how === undefined) continue;
    const named = specsOf(setting.value);
    if (how === '-') specs = specs.filter((spec) => !named.includes(spec));
    else specs = how === '+' ? [...specs, ...named] : named;
    last = setting;
  }
  return { specs, ...(last && { last }) };
}

function specsOf(value: string): string[] {
  return value
    .split(/[;,]/)
    .map((spec) => spec.trim())
    .filter(Boolean);
}

/** One that takes a device out outweighs all that name it; only such ones: all devices but those. */
function matches(device: Device, specs: readonly string[]): boolean {
  const negative = specs.flatMap((spec) => (spec.startsWith('except:') ? [spec.slice('except:'.length)] : []));
  const positive = specs.filter((spec) => !spec.startsWith('except:'));
  if (specs.length === 0 || negative.some((spec) => isNamed(device, spec))) return false;
  return positive.length === 0 || positive.some((spec) => isNamed(device, spec));
}

function isNamed({ name, type }: Device, spec: string): boolean {
  const [, kind, sign, what = ''] = /^(interface-name|type|driver):([=~]?)(.*)$/s.exec(spec) ?? [];
  if (kind === undefined) return spec === '*' || spec === name;
  if (kind !== 'interface-name') return what === type;
  return sign === '=' ? what === name : hasShape(name, what);
}

/** `*` and `?` only; brackets and backslashes are ordinary characters. No regular expression: a pattern is a node's text. */
function hasShape(name: string, pattern: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const fits = (part: string, at: number) =>
    at + part.length <= name.length && [...part].every((one, index) => one === '?' || one === name.charAt(at + index));
  if (!fits(head, 0)) return false;
  const tail = rest.pop();
  if (tail === undefined) return name.length === head.length;
  let at = head.length;
  for (const part of rest) {
    while (at <= name.length && !fits(part, at)) at++;
    if (at > name.length) return false;
    at += part.length;
  }
  return name.length - tail.length >= at && fits(tail, name.length - tail.length);
}
