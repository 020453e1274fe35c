import type { ConfigFile } from '../facts/facts.ts';
import type { Origin } from '../facts/origin.ts';
import { mergeDirectories } from './config-directories.ts';

/** `alias PATTERN MODULE` */
export interface Alias {
  readonly pattern: string;
  readonly module: string;
  readonly at: Origin;
}
/** `install PATTERN COMMAND`: what modprobe runs instead of inserting the module. */
export interface Install {
  readonly pattern: string;
  readonly command: string;
  readonly at: Origin;
}
/** `softdep PATTERN pre: … post: …` */
export interface SoftDependency {
  readonly pattern: string;
  readonly pre: readonly string[];
  readonly post: readonly string[];
  readonly at: Origin;
}
/** `blacklist MODULE`, or modprobe.blacklist= on the command line. */
export interface Denial {
  readonly module: string;
  readonly at: Origin;
}

/** The directives of modprobe.d that decide what gets loaded, each in the order of the files. */
export interface ModprobeConfig {
  readonly aliases: readonly Alias[];
  readonly installs: readonly Install[];
  readonly softDependencies: readonly SoftDependency[];
  readonly denials: readonly Denial[];
  /** What a `remove` line names: libkmod then finds a module of that name, whether there is one or not. */
  readonly removals: readonly string[];
}

/**
 * Reads all of modprobe.d as libkmod does: `files` of every directory, and the kernel's command line, whose
 * modprobe.blacklist= comes last. Lines that libkmod calls bad are ignored, as it does.
 */
export function parseModprobeConfig(files: readonly ConfigFile[], commandLine: string): ModprobeConfig {
  const { read } = mergeDirectories(files.filter((file) => !isDirectory(file)));
  const lines = read.flatMap((file) =>
    logicalLines(file).map((line) => directive(line.text, { file: file.path, line: line.number })),
  );
  return {
    aliases: lines.flatMap(({ alias }) => alias ?? []),
    installs: lines.flatMap(({ install }) => install ?? []),
    softDependencies: lines.flatMap(({ softDependency }) => softDependency ?? []),
    denials: [...lines.flatMap(({ denial }) => denial ?? []), ...deniedOnCommandLine(commandLine)],
    removals: lines.flatMap(({ removal }) => removal ?? []),
  };
}

/** A directory named x.conf hides nothing from libkmod, other than from systemd; a dangling link does. */
function isDirectory({ kind, target }: ConfigFile): boolean {
  return kind === 'other' && target === undefined;
}

/**
 * The file's lines as libkmod joins them: a backslash at the end continues a line (a comment too), any other backslash only goes.
 */
function logicalLines({ lines }: ConfigFile): { number: number; text: string }[] {
  const joined: { number: number; text: string }[] = [];
  let continued = false;
  for (const { number, text } of lines) {
    const plain = text.replace(/\\([\s\S])/g, '$1');
    const continues = /(?:^|[^\\])(?:\\\\)*\\$/.test(text);
    const part = continues ? plain.slice(0, -1) : plain;
    const last = joined.at(-1);
    if (continued && last) last.text += part;
    else joined.push({ number, text: part });
    continued = continues;
  }
  return joined;
}

interface Directive {
  alias?: Alias;
  install?: Install;
  softDependency?: SoftDependency;
  denial?: Denial;
  removal?: string;
}

/** Words are separated by blanks and tabs only: the carriage return of a DOS file belongs to the last word, and matches nothing. */
function directive(text: string, at: Origin): Directive {
  if (text.startsWith('#')) return {};
  const [, keyword, name = '', rest = ''] = /^[\t ]*([^\t ]+)(?:[\t ]+([^\t ]+)[\t ]?([\s\S]*))?$/.exec(text) ?? [];
  const pattern = normalizeName(name);
  if (!pattern) return {};
  switch (keyword) {
    case 'alias': {
      const module = normalizeName(/[^\t ]+/.exec(rest)?.[0] ?? '');
      return module ? { alias: { pattern, module, at } } : {};
    }
    case 'blacklist':
      return { denial: { module: pattern, at } };
    case 'install':
      return rest === '' ? {} : { install: { pattern, command: rest, at } };
    case 'remove':
      return rest === '' ? {} : { removal: pattern };
    case 'softdep':
      return rest === '' ? {} : { softDependency: { pattern, ...softDependencies(rest), at } };
    default:
      return {};
  }
}

function softDependencies(text: string): { pre: string[]; post: string[] } {
  const words = text.split(/[ \t\n\v\f\r]+/).filter(Boolean);
  // libkmod's tokenizer keeps exactly one blank before the first word as a part of it: `softdep a  pre: b` says nothing.
  if (/^[ \t\n\v\f\r](?![ \t\n\v\f\r])/.test(text)) words.unshift(` ${words.shift()}`);
  const lists = { pre: [] as string[], post: [] as string[] };
  let list: string[] | undefined;
  for (const word of words) {
    if (word === 'pre:') list = lists.pre;
    else if (word === 'post:') list = lists.post;
    else list?.push(word);
  }
  return lists;
}

/**
 * libkmod keeps these names as they are: one with a dash, or with a quote before or behind it, denies nothing. A quote only keeps blanks
 * together.
 */
function deniedOnCommandLine(commandLine: string): Denial[] {
  const words = commandLine.match(/(?:[^ "\n]|"[^"\n]*"?)+/g) ?? [];
  return words.flatMap((word) => {
    const names = /^modprobe\.blacklist=([\s\S]*)$/.exec(word)?.[1]?.split(',') ?? [];
    return names.map((module) => ({ module, at: { commandLine: word } }));
  });
}

/**
 * A name or pattern as libkmod compares it: with underscores for dashes, except within brackets, where a dash is a range.
 * undefined: libkmod refuses it for a bracket without its counterpart.
 */
export function normalizeName(name: string): string | undefined {
  if (!/[[\]-]/.test(name)) return name;
  const normal = name.replace(/\[[^\]]*\]|-/g, (part) => (part === '-' ? '_' : part));
  return /[[\]]/.test(normal.replace(/\[[^\]]*\]/g, '')) ? undefined : normal;
}
