import type { FileContent, OwnedFacts } from '../facts/facts.ts';
import { fromOctalWord, octalWord } from '../facts/octal-word.ts';

export const JOURNAL = '/var/lib/netprereq/journal';
const FIRST_LINE = 'netprereq-journal 1';

/** What stands in a journal. Values: '-' absent, '=' and the value. caused, settled and most sides are of earlier versions only. */
export type JournalRecord = { boot: string } & (
  | { kind: 'dir'; path: string }
  | { kind: 'file'; path: string; before: FileContent; after: FileContent }
  | { kind: 'module'; name: string }
  | { kind: 'value'; path: string; before: string; after: string }
  | { kind: 'side'; path: string; before: string }
  | { kind: 'target'; path: string; value: string; ours: boolean; written: boolean }
  | { kind: 'undo' }
);

/** The text of a file's content; undefined: there is none. */
export function textOf(content: FileContent | undefined): string | undefined {
  return content?.startsWith('=') ? Buffer.from(content.slice(1), 'base64').toString() : undefined;
}

/** Why a journal cannot be worked with: one of the codes of plan/refusals.ts and its sentence. */
export interface JournalTrouble {
  code: 'journal';
  reason: string;
}

/** The records of a node's journal in their order; none where there is no journal. */
export function journalRecords({ journal }: OwnedFacts): readonly JournalRecord[] | JournalTrouble {
  if (journal === undefined) return { code: 'journal', reason: `${JOURNAL} cannot be read` };
  const [first, ...lines] = journal ?? [FIRST_LINE];
  if (first !== FIRST_LINE) return { code: 'journal', reason: `${JOURNAL} has an unknown format` };
  return lines.flatMap(journalRecord);
}

/** How the node tells whether its journal is still the one that a plan saw: how many lines it has, and the last one. */
export function journalState({ journal }: OwnedFacts): string {
  const last = journal?.at(-1);
  return `${journal?.length ?? 0} ${last === undefined ? '-' : octalWord(last)}`;
}

function journalRecord(line: string): JournalRecord[] {
  const [kind, , , boot = '', ...words] = line.split(' ');
  const [path = '', first = '-', second = '-', third] = words.map(fromOctalWord);
  switch (kind) {
    case 'dir':
      return [{ kind, boot, path }];
    case 'file':
    case 'value':
      return [{ kind, boot, path, before: first, after: second }];
    case 'module':
      return [{ kind, boot, name: path }];
    case 'side':
      return [{ kind, boot, path, before: first }];
    case 'target':
      return [{ kind, boot, path, value: first, ours: second === 'ours', written: third === 'value' }];
    case 'undo':
      return [{ kind, boot }];
    default:
      return [];
  }
}

/**
 * What is known of a path below /proc/sys, or of a file: what stood there before, what was put there. A value that is not of the
 * story is somebody else's, and with what stood there then the story begins anew.
 */
export class Story {
  readonly first: string;
  base: string;
  last: string;
  private known: Set<string>;
  private broken = false;

  constructor(found: string) {
    this.first = found;
    this.base = found;
    this.last = found;
    this.known = new Set([found]);
  }

  found(value: string): this {
    if (!this.known.has(value)) {
      this.base = value;
      this.known = new Set([value]);
      this.broken = true;
    }
    return this;
  }

  wrote(value: string): this {
    this.known.add(value);
    this.last = value;
    return this;
  }

  /** Whether nobody else has put there what is there now. */
  isOurs(now: string): boolean {
    return this.known.has(now);
  }

  /** Whether somebody else has changed it at any time, unless it is as it was before the first of all. */
  isEdited(now: string): boolean {
    return now !== this.first && (this.broken || !this.isOurs(now));
  }
}
