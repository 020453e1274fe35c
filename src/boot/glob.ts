/** Whether a text is a pattern at all, to systemd and to procps alike. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/** glob(3): a pattern is matched component by component; *, ? and brackets match neither a slash nor a leading dot. */
export function globMatches(pattern: string, path: string): boolean {
  const patterns = pattern.split('/');
  const names = path.split('/');
  return (
    patterns.length === names.length &&
    patterns.every((part, i) => {
      const name = names[i] ?? '';
      return !(name.startsWith('.') && /^[*?[]/.test(part)) && fnmatch(part, name);
    })
  );
}

type Token = '*' | ((character: string) => boolean);

/**
 * fnmatch(3) without flags, in the C locale: every character is an ordinary one, a slash too. Takes time in proportion to
 * the product of the lengths; a regular expression would not, and patterns are a node's text.
 */
export function fnmatch(pattern: string, text: string): boolean {
  const tokens = tokensOf(pattern);
  if (!tokens) return false;
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const expected = tokens[token];
    if (expected === '*') {
      star = token++;
      starAt = at;
    } else if (expected?.(text.charAt(at))) {
      at++;
      token++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  return tokens.slice(token).every((rest) => rest === '*');
}

/** undefined: a backslash at the end, which matches nothing. */
function tokensOf(pattern: string): Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; ) {
    const character = pattern.charAt(at);
    const set = character === '[' ? bracket(pattern, at + 1) : undefined;
    if (set) {
      tokens.push(set.matches);
      at = set.end;
      continue;
    }
    const literal = character === '\\' ? pattern.charAt(++at) : character;
    if (literal === '') return undefined;
    if (character === '*') tokens.push('*');
    else if (character === '?') tokens.push(() => true);
    else tokens.push((other) => other === literal);
    at++;
  }
  return tokens;
}

/** What stands after a [; undefined when no ] closes it, and then the [ is an ordinary character. */
function bracket(pattern: string, start: number): { matches: (character: string) => boolean; end: number } | undefined {
  let at = start;
  const negated = /[!^]/.test(pattern.charAt(at));
  if (negated) at++;
  const members: ((character: string) => boolean)[] = [];
  for (let first = true; pattern.charAt(at) !== ']' || first; first = false) {
    const name = /^\[:([a-z]+):\]/.exec(pattern.slice(at, at + 16))?.[1];
    if (name !== undefined) {
      members.push((character) => CLASSES[name]?.test(character) ?? false);
      at += name.length + 4;
      continue;
    }
    const [low, after] = member(pattern, at);
    const ranged = pattern.charAt(after) === '-' && pattern.charAt(after + 1) !== ']';
    const [high, end] = ranged ? member(pattern, after + 1) : [low, after];
    if (low === '' || high === '') return undefined;
    members.push((character) => character >= low && character <= high);
    at = end;
  }
  return { matches: (character) => members.some((matches) => matches(character)) !== negated, end: at + 1 };
}

/** One character of a bracket, and where the next one stands. */
function member(pattern: string, at: number): [character: string, next: number] {
  return pattern.charAt(at) === '\\' ? [pattern.charAt(at + 1), at + 2] : [pattern.charAt(at), at + 1];
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[\t ]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t-\r ]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};
