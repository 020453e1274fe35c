/** Text of a node for use in a message, cut to a bounded length; control characters are the renderers' business. */
export function excerpt(text: string, limit = 64): string {
  return text.length > limit ? `${text.slice(0, limit - 3)}...` : text;
}

/** FILE:LINE for a message; a path is worth more than an arbitrary value, hence its own bound. */
export function place(source: { file: string; line?: number }): string {
  const file = excerpt(source.file, 128);
  return source.line === undefined ? file : `${file}:${source.line}`;
}
