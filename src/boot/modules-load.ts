import type { ConfigFile } from '../facts/facts.ts';
import type { Origin } from '../facts/origin.ts';
import type { CommandLineWord } from './command-line.ts';
import { compareBytes, mergeDirectories } from './config-directories.ts';

/** A name that something asks modprobe for at the boot, and where it stands. */
export interface Request {
  readonly name: string;
  readonly at: Origin;
}

/** What a boot asks for, in order, and the files among its own that could not be read to their end. */
export interface Requests {
  readonly requests: readonly Request[];
  readonly unread: readonly string[];
}

/** systemd-modules-load: modules_load= of the command line, then modules-load.d, one name per line. rd. words are the initramfs's. */
export function requestedBySystemd(files: readonly ConfigFile[], words: readonly CommandLineWord[]): Requests {
  const { read, unlisted } = mergeDirectories(files);
  return {
    requests: [...onCommandLine(words), ...read.flatMap((file) => namesIn(file, systemdNames))],
    unread: [...unlisted, ...unreadOf(read)],
  };
}

// Alpine's service reads these one after the other, whatever their names; none replaces another.
const ALPINE_DIRECTORIES = ['/etc', '/run', '/usr/lib', '/lib'];

/** Alpine's OpenRC service `modules`: /etc/modules first, the first word of each line; only # begins a comment, anywhere. */
export function requestedByAlpine(files: readonly ConfigFile[]): Requests {
  const main = files.filter(({ path }) => path === '/etc/modules');
  const inDirectory = (directory: string) =>
    files
      .filter(({ path }) => path.startsWith(`${directory}/modules-load.d/`) && path.endsWith('.conf'))
      .sort((a, b) => compareBytes(a.path, b.path));
  const read = [...main, ...ALPINE_DIRECTORIES.flatMap(inDirectory)];
  return {
    requests: read.flatMap((file) => namesIn(file, firstWord)),
    unread: [...mergeDirectories(files).unlisted, ...unreadOf(read)],
  };
}

function onCommandLine(words: readonly CommandLineWord[]): Request[] {
  const names = words
    .filter(({ key, value }) => key.replaceAll('-', '_') === 'modules_load' && value !== undefined)
    .flatMap(({ key, value = '' }) =>
      value.split(',').map((name) => ({ name, at: { commandLine: `${key}=${value}` } })),
    );
  return names.filter(({ name }, i) => name !== '' && names.findIndex((other) => other.name === name) === i);
}

function namesIn(file: ConfigFile, namesOf: (line: string) => string[]): Request[] {
  return file.lines.flatMap(({ number, text }) =>
    namesOf(text).map((name) => ({ name, at: { file: file.path, line: number } })),
  );
}

/** A carriage return ends a line for systemd, as a NUL does. What follows a name belongs to it. */
function systemdNames(line: string): string[] {
  return line
    .split(/[\r\0]/)
    .map((part) => part.replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, ''))
    .filter((part) => !/^(?:[#;]|$)/.test(part));
}

function firstWord(line: string): string[] {
  return /^[ \t]*([^ \t#]+)/.exec(line)?.slice(1, 2) ?? [];
}

function unreadOf(files: readonly ConfigFile[]): string[] {
  return files.filter(({ kind, truncated }) => kind === 'unreadable' || truncated).map(({ path }) => path);
}
