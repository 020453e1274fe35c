import type { ConfigFile } from '../facts/facts.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import { remembered } from '../text/remembered.ts';

/** A line of a node's file. */
export interface Place {
  file: string;
  line: number;
}

/** What one line of a sysctl file asks for. */
export interface Setting extends Place {
  /** Below /proc/sys, perhaps a pattern. */
  path: string;
  /** As it is written to the kernel; undefined: the line only exempts the path from patterns. */
  value: string | undefined;
}

/** A part of the configuration that was not read: anything may stand in it. */
export interface Gap {
  gap: string;
}

/** A step of reading the files, in their order. */
export type Step = Setting | Gap;

/** A reader of one line: undefined for a line that sets nothing. */
export type LineReader = (line: string) => Omit<Setting, keyof Place> | Gap | undefined;

/** What a file asks for, line by line; a gap where the file, or the rest of it, was not read. */
export const stepsOf: (file: ConfigFile, read: LineReader) => readonly Step[] = remembered((file, read) => {
  if (file.kind === 'unreadable') return [{ gap: `${file.path} could not be read` }];
  const steps = file.lines.flatMap(({ number, text }): Step[] =>
    linesWithin(text, read).map((setting) =>
      'gap' in setting
        ? { gap: `${file.path}:${number} ${setting.gap}` }
        : { ...setting, file: file.path, line: number },
    ),
  );
  return file.truncated ? [...steps, { gap: `${file.path} was not read to its end` }] : steps;
});

function linesWithin(text: string, read: LineReader) {
  const lines = read === procpsLine ? [text] : text.split(/[\r\0]/);
  return lines.flatMap((line) => read(line) ?? []);
}

/** systemd-sysctl's reading of a line; a carriage return and a NUL end one for it. */
export function systemdLine(line: string): Omit<Setting, keyof Place> | undefined {
  const setting = systemdSetting(line);
  // systemd refuses to write outside of /proc/sys, however the path gets back there.
  return setting && leavesItsPlace(setting.path) ? undefined : setting;
}

/** Its reading before release 252, which follows a path wherever that leads. */
export function laxSystemdLine(line: string): Omit<Setting, keyof Place> | Gap | undefined {
  const setting = systemdSetting(line);
  return setting && leavesItsPlace(setting.path) ? ROUNDABOUT : setting;
}

function systemdSetting(line: string): Omit<Setting, keyof Place> | undefined {
  const text = strip(line, SYSTEMD_BLANK);
  const at = text.indexOf('=');
  const marked = text.startsWith('-');
  if (/^[#;]/.test(text) || (at === -1 && !marked)) return undefined;
  const path = simplified(pathOfKey(strip(text.slice(marked ? 1 : 0, at === -1 ? undefined : at), SYSTEMD_BLANK)));
  return { path, value: at === -1 ? undefined : strip(text.slice(at + 1), SYSTEMD_BLANK) };
}

/**
 * What systemd-sysctl made of a line before release 245: it knew no line without `=`, and before release 240 a dash was a part of the
 * key.
 */
export function oldSystemdLine(line: string, knowsDash: boolean): Omit<Setting, keyof Place> | Gap | undefined {
  const text = strip(line, SYSTEMD_BLANK);
  const at = text.indexOf('=');
  if (/^[#;]/.test(text) || at === -1) return undefined;
  const key = strip(text.slice(0, at), SYSTEMD_BLANK);
  const path = pathOfKey(knowsDash ? key.replace(/^-/, '') : key);
  if (path !== simplified(path) || leavesItsPlace(path)) return ROUNDABOUT;
  return { path, value: strip(text.slice(at + 1), SYSTEMD_BLANK) };
}

/** procps' reading of a line. */
export function procpsLine(line: string): Omit<Setting, keyof Place> | Gap | undefined {
  const text = strip(line, PROCPS_BLANK);
  // A NUL hides the rest of the line, a carriage return does not, and the probe cannot tell one from the other. Before 4.0 neither was a blank.
  if (/[\r\0]/.test(stripEnd(line, PROCPS_BLANK))) return { gap: 'has a control character in the middle' };
  const at = text.indexOf('=');
  const marked = text.startsWith('-');
  if (text.length < 2 || /^[#;]/.test(text) || (at === -1 && !marked)) return undefined;
  // Releases before 4.0 take these for a part of the key, or of the value.
  if (/[\v\f]/.test(line)) return { gap: 'has a control character' };
  const key = text.slice(marked ? 1 : 0, at === -1 ? undefined : at);
  const path = pathOfKey(stripEnd(key, PROCPS_BLANK));
  if (path.startsWith('-') || path !== simplified(path) || leavesItsPlace(path)) return ROUNDABOUT;
  return { path, value: at === -1 ? undefined : strip(text.slice(at + 1), PROCPS_BLANK) };
}

/**
 * How programs write to a path with empty or dot components, or behind two dashes, differs by release, and is not simulated: nobody spells
 * a key so.
 */
const ROUNDABOUT: Gap = { gap: 'writes a key in an unusual way' };

function leavesItsPlace(path: string): boolean {
  return path.split('/').includes('..');
}

const SYSTEMD_BLANK = /[ \t\n\r]/;
const PROCPS_BLANK = /[ \t-\r]/;

/** Without blanks at both ends. A regular expression for it would take quadratic time. */
function strip(text: string, blank: RegExp): string {
  let start = 0;
  let end = text.length;
  while (start < end && blank.test(text.charAt(start))) start++;
  while (end > start && blank.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function stripEnd(text: string, blank: RegExp): string {
  return strip(`|${text}`, blank).slice(1);
}

/** The path of a key as a line may spell it. The first separator decides: behind a dot, dots stand for slashes and slashes for dots. */
export function pathOfKey(key: string): string {
  if (/[./]/.exec(key)?.[0] !== '.') return key;
  return swapDotsAndSlashes(key);
}

/** A path without empty and "." components. */
function simplified(path: string): string {
  // Of most paths there is nothing to take away, and this is asked of every line.
  if (!/(?:^|\/)\.?(?:\/|$)/.test(path)) return path;
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}
