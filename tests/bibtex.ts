/** An entry of a bibliography, its fields without the braces around them. */
export interface Entry {
  readonly type: string;
  readonly key: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** readBibtex(text): the entries, read as BibTeX does, whose values stand in braces. Throws at whatever does not belong there. */
export function readBibtex(text: string): Entry[] {
  let at = 0;
  const take = (pattern: RegExp, what: string): string => {
    const sticky = new RegExp(pattern, 'uy');
    sticky.lastIndex = at;
    const found = sticky.exec(text);
    if (!found) throw new Error(`no ${what} at ${at}: ${text.slice(at, at + 40)}`);
    at = sticky.lastIndex;
    return found[1] ?? '';
  };
  /** Up to the brace that closes; one behind a backslash counts as any other. */
  const value = (): string => {
    take(/\{/, 'brace');
    const from = at;
    for (let depth = 1; depth > 0; at++) {
      if (at >= text.length) throw new Error(`no end of the value at ${from}`);
      if (text[at] === '{') depth++;
      if (text[at] === '}') depth--;
    }
    return text.slice(from, at - 1);
  };
  const entries: Entry[] = [];
  take(/\s*/, 'beginning');
  while (at < text.length) {
    const type = take(/@(\w+)\{/, 'entry').toLowerCase();
    const key = take(/([\w:.-]+)\s*/, 'key');
    const fields: Record<string, string> = {};
    while (text[at] === ',') {
      const name = take(/,\s*([A-Za-z]+)\s*=\s*/, 'field');
      if (name in fields) throw new Error(`${key} has two fields ${name}`);
      fields[name] = value();
      take(/\s*/, 'space');
    }
    take(/\}\s*/, 'end of the entry');
    entries.push({ type, key, fields });
  }
  return entries;
}

/** familyName(name): by the rules of BibTeX: what stands before a comma, else from the first lower-case word on, else the last word. */
export function familyName(name: string): string {
  if (name.includes(',')) return name.split(',')[0]!.trim();
  const words = name.split(' ');
  const small = words.findIndex((word, i) => i > 0 && i < words.length - 1 && /^\p{Ll}/u.test(word));
  return words.slice(small < 0 ? -1 : small).join(' ');
}
