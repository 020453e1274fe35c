import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { type Document, LineCounter, parseDocument } from 'yaml';
import schema from '../../docs/schema/policy.json' with { type: 'json' };
import { messageOf, UsageError } from '../errors.ts';
import type { Rule } from '../judge/rule.ts';
import { fileError } from '../text/file-error.ts';
import { didYouMean } from '../text/nearest.ts';
import { faultsIn, type Policy, withPolicy } from './policy.ts';

/** A policy, and the rules as it has them. */
export interface PolicyRules {
  policy: Policy;
  rules: Rule[];
}

/**
 * Reads a policy file.
 * @param rules those that there are without it
 * @throws UsageError with the line, for a file that cannot be read, is no YAML, or does not fit the schema
 */
export function readPolicy(file: string, rules: readonly Rule[]): PolicyRules {
  const lines = new LineCounter();
  const document = parseDocument(contentOf(file), { lineCounter: lines, prettyErrors: false });
  const at = (offset: number | undefined) => (offset === undefined ? file : `${file}:${lines.linePos(offset).line}`);
  const [broken] = document.errors;
  if (broken) throw new UsageError(`${at(broken.pos[0])}: ${broken.message}`);
  const value = valueIn(document, file);
  if (value === null || value === undefined) throw new UsageError(`${file}: the policy is empty`);
  const validate = new Ajv2020({ strict: false, verbose: true, allErrors: true }).compile<Policy>(schema);
  if (!validate(value)) {
    const { path, message } = told(worstOf(validate.errors ?? []));
    throw new UsageError(`${at(offsetOf(document, path))}: ${message}`);
  }
  const all = withPolicy(rules, value);
  const [fault] = faultsIn(value, all);
  if (fault !== undefined) throw new UsageError(`${at(offsetOf(document, fault.at))}: ${fault.message}`);
  return { policy: value, rules: all };
}

/** An alias may lead nowhere, or to too much. */
function valueIn(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`);
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--policy: open ${file}: ${fileError(error)}`);
  }
}

/** A misspelt field explains why another one is missing, and a wrong type why nothing else fits. */
function worstOf(errors: readonly ErrorObject[]): ErrorObject | undefined {
  const of = (keyword: string) => errors.find((error) => error.keyword === keyword);
  // What an alternative lacks is said of all of them together.
  const alone = errors.find(({ schemaPath }) => !schemaPath.includes('/oneOf/'));
  return of('additionalProperties') ?? of('type') ?? alone;
}

/** The types of the schema, as people call them. */
const TYPES: Readonly<Record<string, string>> = {
  object: 'a map of fields',
  array: 'a list',
  string: 'a text',
  integer: 'a whole number',
};

/** Where in the document an error of the schema is, and what it is. */
function told(error: ErrorObject | undefined): { path: (string | number)[]; message: string } {
  const path = (error?.instancePath ?? '')
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const where =
    path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
      .join('')
      .slice(1) || 'the policy';
  const { additionalProperty, missingProperty, allowedValues, allowedValue } = error?.params ?? {};
  if (additionalProperty !== undefined) {
    const fields = Object.keys((error?.parentSchema as { properties?: object } | undefined)?.properties ?? {});
    return {
      path: [...path, additionalProperty],
      message: `unknown field "${additionalProperty}" in ${where}${didYouMean(additionalProperty, fields)}`,
    };
  }
  if (error?.keyword === 'type')
    return { path, message: `${where} must be ${TYPES[error.params.type] ?? 'of another type'}` };
  if (missingProperty !== undefined) return { path, message: `${where} lacks "${missingProperty}"` };
  const allowed = allowedValues ?? (allowedValue === undefined ? undefined : [allowedValue]);
  if (allowed !== undefined) return { path, message: `${where} must be one of ${allowed.join(', ')}` };
  if (error?.keyword === 'oneOf') {
    const alternatives = (error.schema as { required: string[] }[]).flatMap(({ required }) => required);
    return { path, message: `${where} needs exactly one of ${alternatives.join(', ')}` };
  }
  const [example] = (error?.parentSchema as { examples?: string[] } | undefined)?.examples ?? [];
  if (error?.keyword === 'pattern' && example !== undefined)
    return { path, message: `${where} must look like ${example}` };
  return { path, message: `${where} ${error?.message ?? 'does not fit'}` };
}

/** Where a path begins in the text: that of its key, where it is a field. */
function offsetOf(document: Document, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const parent = length === 0 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const items = (parent as { items?: readonly { key?: { value?: unknown; range?: readonly number[] } }[] } | null)
      ?.items;
    const key = items?.find((item) => item?.key?.value === last)?.key;
    if (key?.range) return key.range[0];
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
    if (node?.range) return node.range[0];
  }
  return undefined;
}
