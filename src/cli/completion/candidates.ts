import { type Commands, type Flag, flagsOf } from '../command-flags.ts';
import { type Line, readLine } from './line.ts';

/** cobra's directives to the shell; kubectl expects one in the answer. */
const FILES = 0;
const NO_FILES = 4;

/** The candidates for a word. */
export interface Candidate {
  word: string;
  description?: string;
}

export interface Completion {
  candidates: readonly Candidate[];
  /** Whether the shell may offer file names: cobra's ShellCompDirective. */
  directive: number;
}

/** There is nothing to offer, and no file names either. */
export const NOTHING: Completion = { candidates: [], directive: NO_FILES };

/** Names that must be looked up. Each list is empty if they are not available. */
export interface Names {
  kubeconfig(kind: 'contexts' | 'clusters' | 'users', given: Line['given']): Promise<readonly string[]>;
  cluster(resource: 'nodes' | 'namespaces', given: Line['given']): Promise<readonly string[]>;
}

/** Completes the last of the words after the plug-in's name. Commands and flags come from their definitions. */
export async function complete(words: readonly string[], commands: Commands, names: Names): Promise<Completion> {
  const line = readLine(words, commands);
  const { wanted, prefix } = line;
  if (wanted.is === 'value' && takesFile(flagOf(line, wanted.flag))) return { candidates: [], directive: FILES };
  const all = await possible(line, commands, names);
  return { candidates: all.filter(({ word }) => word.startsWith(prefix)), directive: NO_FILES };
}

function possible(line: Line, commands: Commands, names: Names): readonly Candidate[] | Promise<readonly Candidate[]> {
  switch (line.wanted.is) {
    case 'command':
      return commandNames(commands);
    case 'flag':
      return flags(line);
    case 'operand':
      return operands(line, commands, names);
    case 'value':
      return values(line, line.wanted.flag, names);
    default:
      return [];
  }
}

function commandNames(commands: Commands): Candidate[] {
  return Object.entries(commands).map(([word, { summary }]) => candidate(word, summary));
}

function candidate(word: string, description: string | undefined): Candidate {
  return description === undefined ? { word } : { word, description };
}

function flags({ command, given }: Line): Candidate[] {
  const help = candidate('--help', 'Show help');
  if (command === undefined) return [help, candidate('--version', 'Show the version')];
  const open = Object.entries(flagsOf(command.definition)).filter(
    ([name, flag]) => !flag.hidden && (!given.has(name) || (flag.type === 'option' && flag.multiple)),
  );
  return [...open.map(([name, { summary }]) => candidate(`--${name}`, summary)), help];
}

/** The command's arguments, from its usage: COMMAND, NODE or RULE. */
async function operands(
  { command, given, operands, prefix }: Line,
  commands: Commands,
  names: Names,
): Promise<Candidate[]> {
  const usage = [command?.definition.usage ?? ''].flat().join(' ');
  if (/\bCOMMAND\b/.test(usage)) return operands.length > 0 ? [] : commandNames(commands);
  if (/\bRULE\b/.test(usage)) return rules(prefix, operands);
  // Nodes can be chosen in one way only.
  const chosen = ['selector', 'all-nodes', 'local', 'root'].some((flag) => given.has(flag));
  if (!/\bNODE\b/.test(usage) || chosen) return [];
  const [kind = ''] = /^(node|nodes|no)\//.exec(prefix) ?? [];
  const known = new Set(operands.map((word) => word.replace(/^(node|nodes|no)\//, '')));
  const nodes = await names.cluster('nodes', given);
  return nodes.filter((name) => !known.has(name)).map((name) => ({ word: kind + name }));
}

function flagOf({ command }: Line, name: string): Flag | undefined {
  return command === undefined ? undefined : flagsOf(command.definition)[name];
}

function takesFile(flag: Flag | undefined): boolean {
  return flag?.type === 'option' && ['FILE', 'DIRECTORY'].includes(String(flag.helpValue));
}

async function values(line: Line, name: string, names: Names): Promise<readonly Candidate[]> {
  const flag = flagOf(line, name);
  if (flag?.type !== 'option') return [{ word: 'true' }, { word: 'false' }];
  const before = flag.delimiter === ',' ? line.prefix.slice(0, line.prefix.lastIndexOf(',') + 1) : '';
  const used = flag.multiple ? [...(line.given.get(name) ?? []), before].flatMap((text) => text.split(',')) : [];
  const found = await valuesOf(name, flag, line, line.prefix.slice(before.length), used, names);
  return found.map(({ word, ...rest }) => ({ word: before + word, ...rest }));
}

async function valuesOf(
  name: string,
  flag: Flag,
  { given }: Line,
  prefix: string,
  used: readonly string[],
  names: Names,
): Promise<readonly Candidate[]> {
  const plain = (words: readonly string[]) => words.filter((word) => !used.includes(word)).map((word) => ({ word }));
  if (flag.type === 'option' && flag.options) return plain(flag.options);
  switch (name) {
    case 'only':
    case 'skip':
      return rules(prefix, used);
    case 'namespace':
      return plain(await names.cluster('namespaces', given));
    case 'context':
      return plain(await names.kubeconfig('contexts', given));
    case 'cluster':
      return plain(await names.kubeconfig('clusters', given));
    case 'user':
      return plain(await names.kubeconfig('users', given));
    default:
      return [];
  }
}

/** Rules by id, and by alias only if the user has begun to type one. */
async function rules(prefix: string, used: readonly string[]): Promise<Candidate[]> {
  // Imported here because loading the rules takes a tenth of the time that completing a flag takes.
  const { RULES } = await import('../../rules/index.ts');
  const open = RULES.filter(({ id, aliases }) => ![id, ...aliases].some((name) => used.includes(name)));
  const byId = open.map(({ id, title }) => candidate(id, title));
  if (prefix === '' || byId.some(({ word }) => word.startsWith(prefix))) return byId;
  return open.flatMap(({ aliases, title }) => aliases.map((alias) => candidate(alias, title)));
}
