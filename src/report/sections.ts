/** Sections of a text for people, each a list of lines: a blank line between them, nothing of those that are empty. */
export function joined(sections: readonly (readonly string[])[]): string {
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}
