import { explanationOf } from './explain-rule.ts';
import { namesOf, spelled } from './find-rules.ts';
import type { Rule } from './rule.ts';
import { isUnspaced, wordFinder, wordsOf } from './words.ts';

/** What a line of a log may be long; more of it says nothing more. */
const LINE_LIMIT = 4096;
/** A part of a message that is shorter could be a part of any. */
const PART = 16;

/** Texts of a rule. */
type TextsOf = (rule: Rule) => readonly string[];

/** A rule that a text is about, and the line of the text that shows it. */
export interface Recognized {
  readonly rule: Rule;
  readonly line: string;
}

/**
 * The rules that a text is about: an error as a program prints it, a log of many lines, a path, a few words. Lines that hold a message of
 * a rule count first; without any, those that name a rule, its sysctl or its module; without these, those of which every word is in a
 * rule's names and titles; without these, what a rule reads besides.
 * @param text from people and logs: anything, of any length
 * @param titlesOf a rule's title in every language
 * @returns each rule once, in the order of the lines
 */
export function recognizeRules(text: string, rules: readonly Rule[], titlesOf: TextsOf = ownTitle): Recognized[] {
  // Logs of one line per message have line ends written out.
  const lines = text.split(/[\r\n]+|\\[rn]/).flatMap(lineOf);
  const known = rules.map((rule) => {
    const { modules = [], sysctls = [] } = rule.requires.reads;
    return {
      rule,
      names: namesOf(rule).map(spelled),
      messages: messagesOf(rule),
      patterns: explanationOf(rule).patterns ?? [],
      read: [...modules, ...sysctls].map(spelled),
      has: [...titlesOf(rule), ...modules, ...sysctls].map(wordFinder),
    };
  });
  type Known = (typeof known)[number];
  const found = (shows: (one: Known, line: Line) => boolean): Recognized[] => {
    const first = new Map<Rule, string>();
    for (const line of lines) {
      for (const one of known) if (!first.has(one.rule) && shows(one, line)) first.set(one.rule, line.line);
    }
    return [...first].map(([rule, line]) => ({ rule, line }));
  };
  const byMessage = found(
    ({ messages, patterns }, line) =>
      messages.some((message) => isMessage(line, message)) || patterns.some((pattern) => pattern.test(line.line)),
  );
  if (byMessage.length > 0) return byMessage;
  // A healthy program names what it uses.
  const named = (shows: (one: Known, line: Line) => boolean) =>
    found((one, line) => !tellsWhatWorks(line.line) && shows(one, line));
  const byName = named(({ names }, { words }) => words.some((word) => names.includes(word)));
  if (byName.length > 0) return byName;
  const byAllWords = named(({ names, has }, { words }) =>
    words.every(
      (word) =>
        word.length >= (isUnspaced(word) ? 2 : 3) &&
        (names.some((name) => name.includes(word)) || has.some((hasWord) => hasWord(word))),
    ),
  );
  if (byAllWords.length > 0) return byAllWords;
  return named(({ read }, { words }) => words.some((word) => read.includes(word)));
}

const ownTitle: TextsOf = ({ title }) => [title];

/**
 * The rules whose texts have this file name, or this word of a language other than English; for one that is in no name or title. An
 * English word alone tells too little. A file that is in no text is looked up by its folder.
 * @param textsOf what the rules say, in every language
 */
export function rulesThatMention(name: string, rules: readonly Rule[], textsOf: TextsOf): Rule[] {
  if (/^[\w-]*$/.test(name)) return [];
  const [, folder] = /^(\/[^/]+\/.+)\/[^/]+$/.exec(name) ?? [];
  for (const wanted of [name, folder]) {
    const [word, ...others] = wanted === undefined ? [] : wordsOf(wanted);
    if (word === undefined || others.length > 0 || word.length < 2) continue;
    // The slash that a path begins with is spelled as a dot.
    const found = rules.filter((rule) => textsOf(rule).some((text) => wordFinder(text)(word.replace(/^\./, ''))));
    if (found.length > 0) return found;
  }
  return [];
}

/** A word that more rules have tells none of them apart. */
const RARE = 3;
/** So many words of a text have to lead to a rule. */
const FEWEST_SHARED = 2;

/** The rule whose names, title and messages have most of the telling words of a text; for a text that no rule is about. */
export function nearestRule(text: string, rules: readonly Rule[]): Rule | undefined {
  const lines = text
    .slice(0, LINE_LIMIT)
    .split(/[\r\n]+/)
    .filter((line) => !tellsWhatWorks(line));
  const words = new Set(lines.flatMap(wordsOf));
  const own = rules.map((rule) => new Set([...namesOf(rule), rule.title, ...textsOf(rule)].flatMap(wordsOf)));
  const telling = [...words].filter((word) => word.length > 3 && own.filter((set) => set.has(word)).length <= RARE);
  const shared = own.map((set) => telling.filter((word) => set.has(word)).length);
  const most = Math.max(0, ...shared);
  return most < FEWEST_SHARED ? undefined : rules[shared.indexOf(most)];
}

/** How klog, logrus, zap and Calico mark a line that is no warning; and sentences of flanneld and kube-proxy, pasted without their mark. */
const INFORMATION =
  /(?:^|\s)[ID]\d{4}\s|\blevel"?[=:]\s?"?(?:info|debug)\b|\[(?:info|debug)\]|^(?:\S+\s+)?(?:using|found)\s|\bis set up\b/i;
/** Whole words: `--conntrack-tcp-timeout` is the name of a flag. */
const FAILURE =
  /(?<![\w-])(?:fail(?:s|ed|ure|ures|ing)?|errors?|fatal|panic|exited|cannot|can['’]?t|couldn['’]?t|unable|no such file|denied|refused|missing|invalid|unsupported|unreachable|timeout|timed out|(?:does|do|did|could|is|are|was) not|not (?:found|supported|loaded|set|permitted|available|exist|implemented|ready))(?![\w-])/i;

const FAILURE_IN_CHINESE = /失败|错误|无法|不能|不存在|找不到|没有那个|未找到|拒绝/;

/** Whether a line is information and states no failure. */
function tellsWhatWorks(line: string): boolean {
  return INFORMATION.test(line) && !statesFailure(line.replace(/\b(?:no|without|0) (?:errors?|failures?)\b/gi, ''));
}

/** Whether a text states a failure. */
export function statesFailure(text: string): boolean {
  return FAILURE.test(text) || FAILURE_IN_CHINESE.test(text);
}

interface Line {
  readonly line: string;
  readonly words: readonly string[];
  readonly shape: string;
}

/** A line as it is compared; none of one that is blank. */
function lineOf(text: string): Line[] {
  const line = text.slice(0, LINE_LIMIT).trim();
  if (line === '') return [];
  const words = wordsOf(line);
  return [{ line, words, shape: shapeOf(words) }];
}

/** A rule's messages as lines are compared with them. */
function messagesOf(rule: Rule): string[] {
  return textsOf(rule).map((text) => shapeOf(wordsOf(text)));
}

/** Everything by which a message may be known. */
function textsOf(rule: Rule): string[] {
  const { messages, variants = [] } = explanationOf(rule);
  return [...messages.map(({ text }) => text), ...variants];
}

/** Whether a line holds the message, or is a good part of it: people paste the middle of a line. */
function isMessage({ words, shape }: Line, message: string): boolean {
  return shape.includes(message) || (message.includes(shape) && words.length > 1 && shape.length > PART);
}

/** Words as they are compared with a message, without their numbers: addresses, ports and revisions differ from node to node. */
function shapeOf(words: readonly string[]): string {
  return ` ${words.join(' ')} `.replace(/(?<!ipv)\d+/g, '0');
}

/**
 * The last line of a log that holds a message of a rule. Names alone do not count: programs also log what works.
 * @returns undefined: none of these rules knows a line
 */
export function lastMessage(log: string, rules: readonly Rule[]): Recognized | undefined {
  const known = rules.map((rule) => ({ rule, messages: messagesOf(rule) }));
  for (const line of log
    .split(/[\r\n]+/)
    .flatMap(lineOf)
    .reverse()) {
    const one = known.find(({ messages }) => messages.some((message) => isMessage(line, message)));
    if (one) return { rule: one.rule, line: line.line };
  }
  return undefined;
}
