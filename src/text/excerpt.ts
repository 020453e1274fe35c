/** Text of a node for use in a message, cut to a bounded length; control characters are the renderers' business. */
export function excerpt(text: string, limit = 64): string {
  return text.length > limit ? `${text.slice(0, limit - 3)}...` : text;
}
