const collator = new Intl.Collator('en', { numeric: true });

/** Sorts names by their numbers: node-2 before node-10. A total order: only equal names compare as 0. */
export function compareNames(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/**
 * Names for people: `node-1, node-4..7 (5)`. Three or more consecutive names become a range. After `limit` names or ranges the rest
 * is counted: `… and 490 more (500)`. The total is in parentheses, unless there is one name.
 * @param names sorted with compareNames
 */
export function nameList(names: readonly string[], limit: number): string {
  const items = ranges(names);
  const shown = items.slice(0, limit);
  const rest = items.slice(limit).reduce((sum, item) => sum + item.size, 0);
  const list = shown.map((item) => item.text).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  return names.length > 1 ? `${list} (${names.length})` : list;
}

interface Item {
  text: string;
  size: number;
}

function ranges(names: readonly string[]): Item[] {
  const parts = names.map((name) => name.split(/(\d+)/));
  const items: Item[] = [];
  for (let start = 0; start < names.length; ) {
    const counter = counterBetween(parts[start], parts[start + 1]);
    let end = start + 1;
    while (counter !== undefined && counterBetween(parts[end - 1], parts[end]) === counter) end++;
    const range = counter === undefined ? undefined : rangeText(parts[start], parts[end - 1], counter);
    if (range !== undefined && end - start >= 3) {
      items.push({ text: range, size: end - start });
      start = end;
    } else {
      items.push({ text: names[start] ?? '', size: 1 });
      start += 1;
    }
  }
  return items;
}

/** The index of the only part in which two names differ, if that part is a number that increases by one. */
function counterBetween(a: readonly string[] | undefined, b: readonly string[] | undefined): number | undefined {
  if (a === undefined || b === undefined || a.length !== b.length) return undefined;
  const counter = a.findIndex((part, index) => part !== b[index]);
  const from = a[counter] ?? '';
  const to = b[counter] ?? '';
  // A number has the odd indexes of such a split. 15 digits are still exact; 9 follows 8 and 010 follows 009, 10 does not follow 09.
  const counts = counter % 2 === 1 && from.length <= 15 && String(Number(from) + 1).padStart(from.length, '0') === to;
  const alone = a.every((part, index) => index === counter || part === b[index]);
  return counts && alone ? counter : undefined;
}

function rangeText(first: readonly string[] = [], last: readonly string[] = [], counter: number): string {
  const before = first.slice(0, counter + 1).join('');
  return `${before}..${last.slice(counter).join('')}`;
}

/** Valid node names are safe in a shell; any other name is not suggested for pasting. */
export function nodeWord(name: string): string {
  return /^[a-z0-9][a-z0-9.-]*$/.test(name) ? name : 'NAME';
}

/** The most names in one command. */
const NAMES_TYPED = 10;

/** The command for one node, adapted to all nodes of a group. */
export function forAll(command: string, name: string, names: readonly string[]): string {
  if (names.length === 1 || !command.startsWith('kubectl netprereq ')) return command;
  const all = names.length > NAMES_TYPED ? 'NODE...' : names.map(nodeWord).join(' ');
  return command.replace(` ${name}`, () => ` ${all}`);
}
