import { Document, Scalar, visit } from 'yaml';
import { hasHidden, replaceHidden } from './text.ts';

/** A report as one YAML document that reads back as the same report. */
export function renderYaml(report: object): string {
  const document = new Document(report, {
    // Shared arrays would become anchors and aliases.
    aliasDuplicateObjects: false,
    // kubectl and its relatives read YAML 1.1, where a bare yes or off is a boolean.
    compat: 'yaml-1.1',
  });
  visit(document, {
    Scalar(_, node) {
      // Only this style has escapes.
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
