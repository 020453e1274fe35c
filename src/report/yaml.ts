import { Document, Scalar, visit } from 'yaml';
import { oncePerObject } from '../text/once-per-object.ts';
import { published } from './published.ts';
import { hasHidden, replaceHidden } from './text.ts';

/** Down to this depth, lists of objects are written item by item: a report's nodes, and each node's findings. */
const DEPTH = 2;

/** A report as one YAML document that reads back as the same report. */
export function renderYaml(report: object): string {
  return [...yamlParts(report)].join('');
}

/** The same in parts: for many nodes, the text and its tree are too large to keep in memory. */
export function yamlParts(report: object): Generator<string> {
  return mapping(report, DEPTH, oncePerObject(written));
}

/** Member by member, and lists of objects item by item. */
function* mapping(object: object, depth: number, once: (object: object) => string): Generator<string> {
  for (const [name, value] of Object.entries(object)) {
    if (depth === 0 || !isListOfObjects(value)) {
      if (value !== undefined) yield written({ [name]: value });
      continue;
    }
    yield written({ [name]: 0 }).replace(/ 0\n$/, '\n');
    for (const item of value) yield asItem(depth === 1 ? once(item) : [...mapping(item, depth - 1, once)].join(''));
  }
}

function isListOfObjects(value: unknown): value is object[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every(
    (item) =>
      published('', item) === item &&
      typeof item === 'object' &&
      item !== null &&
      !Array.isArray(item) &&
      Object.keys(item).length > 0,
  );
}

/** The text of a mapping as an item of a member's list. Empty lines belong to texts of several lines. */
function asItem(text: string): string {
  return text.replace(/^(?=.)/gm, '    ').replace(/^ {4}/, '  - ');
}

function written(object: object): string {
  const document = new Document(object, published, {
    // Shared arrays would become anchors and aliases.
    aliasDuplicateObjects: false,
    // kubectl and similar programs read YAML 1.1, where an unquoted yes or off is a boolean.
    compat: 'yaml-1.1',
  });
  visit(document, {
    Scalar(_, node) {
      // Only double quotes allow escapes.
      if (typeof node.value === 'string' && hasHidden(node.value.replaceAll('\n', ''))) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  const text = document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER });
  return replaceHidden(text, escapeYaml);
}

/** YAML escapes code points, not UTF-16 units. */
function escapeYaml(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}
