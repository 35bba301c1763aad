/**
 * headersOf(text) reads a _headers file and answers, for a path, which headers its host sends: those of every pattern that fits, joined by
 * a comma where two say the same name, as Netlify and Cloudflare Pages do.
 */
export function headersOf(text) {
  const rules = [];
  for (const line of text.split('\n')) {
    if (!line.trim() || line.startsWith('#')) continue;
    if (/^\s/.test(line)) {
      const [, name, value] = /^\s+([^:\s]+):\s*(.*)$/.exec(line) ?? [];
      if (!name || !rules.length) throw new Error(`_headers: ${line}`);
      rules.at(-1).headers.push([name, value]);
    } else rules.push({ pattern: line.trim(), headers: [] });
  }
  const fits = (pattern, path) => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern);
  return (path) => {
    const all = {};
    for (const { pattern, headers } of rules)
      if (fits(pattern, path)) for (const [name, value] of headers) all[name] = name in all ? `${all[name]}, ${value}` : value;
    return all;
  };
}
