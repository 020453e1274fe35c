import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../docs/schema/${name}-report.json`, import.meta.url), 'utf8'));
const KINDS: Readonly<Record<string, { $id: string }>> = { FixReport: read('fix'), UndoReport: read('undo') };
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
for (const schema of [read('check'), ...Object.values(KINDS)]) ajv.addSchema(schema);

/** What the published schema of its kind has against a report of fix or undo; empty: nothing. */
export function schemaErrors(report: unknown): string {
  const { kind } = report as { kind: string };
  const validate = ajv.getSchema(KINDS[kind]?.$id ?? '');
  if (!validate) return `no schema for ${kind}`;
  return validate(report) ? '' : JSON.stringify(validate.errors);
}
