import type { ConfigFile } from '../facts/facts.ts';
import { excerpt } from '../text/excerpt.ts';
import { basename, compareBytes, SYSTEMD_ORDER } from './config-directories.ts';

/** A line `Key=value` of a unit, its sections left aside. */
export interface UnitSetting {
  readonly key: string;
  readonly value: string;
  readonly at: { readonly file: string; readonly line: number };
}

/** A systemd unit, as its file and its drop-ins make it. */
export interface Unit {
  readonly name: string;
  /** What holds, in order: what a later line takes back is not among them. */
  readonly settings: readonly UnitSetting[];
  /** What is missing of it, as a clause: a file that was not read to its end, or its own. */
  readonly unread?: string;
}

/** The service or timer that a file belongs to, and whether it is a drop-in: …/kubelet.service.d/10-x.conf → kubelet.service. */
export function unitFile(path: string): { unit: string; dropIn: boolean } | undefined {
  const [, directory, unit, dropIn] =
    /^(.*)\/systemd\/system\/([^/]+\.(?:service|timer))(\.d\/[^/]+\.conf)?$/.exec(path) ?? [];
  if (unit === undefined || !SYSTEMD_ORDER.some((known) => known === directory)) return undefined;
  return { unit, dropIn: dropIn !== undefined };
}

/** x@.service for x@y.service, and y; undefined for a unit that is no instance. */
export function instanceOf(unit: string): { template: string; instance: string } | undefined {
  const [, prefix, instance] = /^([^@]+)@(.+)\.service$/.exec(unit) ?? [];
  return prefix === undefined || instance === undefined ? undefined : { template: `${prefix}@.service`, instance };
}

/**
 * The unit of this name out of all unit files that were read. Of its files only that of the directory that comes first counts, of drop-ins
 * of the same name too; those are read by name, behind it. undefined: it is masked.
 */
export function readUnit(name: string, files: readonly ConfigFile[]): Unit | undefined {
  const { template } = instanceOf(name) ?? {};
  const names = template === undefined ? [name] : [name, template];
  const [main] = names.flatMap((unit) => inOrder(files.filter(({ path }) => isPart(path, unit, false))));
  if (main?.kind === 'mask') return undefined;
  const dropIns = new Map<string, ConfigFile>();
  for (const file of names.flatMap((unit) => inOrder(files.filter(({ path }) => isPart(path, unit, true))))) {
    if (!dropIns.has(basename(file.path))) dropIns.set(basename(file.path), file);
  }
  const parts = [...dropIns].sort(([a], [b]) => compareBytes(a, b)).map(([, file]) => file);
  const read = main ? [main, ...parts] : parts;
  const unread = main?.kind === 'other' ? main : read.find(({ kind, truncated }) => kind === 'unreadable' || truncated);
  const gap = main
    ? unread && `${excerpt(unread.path, 128)} was not read to its end`
    : `no file of ${excerpt(name)} was found`;
  return { name, settings: inForce(read.flatMap(settingsOf)), ...(gap !== undefined && { unread: gap }) };
}

function isPart(path: string, unit: string, dropIn: boolean): boolean {
  const found = unitFile(path);
  return found?.unit === unit && found.dropIn === dropIn;
}

function inOrder(files: readonly ConfigFile[]): ConfigFile[] {
  const rank = ({ path }: ConfigFile) =>
    SYSTEMD_ORDER.findIndex((directory) => path.startsWith(`${directory}/systemd/`));
  return [...files].sort((a, b) => rank(a) - rank(b));
}

function settingsOf(file: ConfigFile): UnitSetting[] {
  return file.lines.flatMap(({ number, text }) => {
    const [, key, value] = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/s.exec(text) ?? [];
    return key === undefined || value === undefined ? [] : [{ key, value, at: { file: file.path, line: number } }];
  });
}

/** An empty value takes back what was there of a list of commands, and all conditions at once. */
function inForce(settings: readonly UnitSetting[]): UnitSetting[] {
  let valid: UnitSetting[] = [];
  for (const setting of settings) {
    const { key, value } = setting;
    const kind = /^(?:Condition|Assert)/.exec(key)?.[0];
    if (value !== '') valid.push(setting);
    else if (kind !== undefined) valid = valid.filter((other) => !other.key.startsWith(kind));
    else if (key.startsWith('Exec')) valid = valid.filter((other) => other.key !== key);
  }
  return valid;
}
