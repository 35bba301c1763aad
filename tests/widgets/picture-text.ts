import { createHash } from 'node:crypto';
import { parseFragment, type DefaultTreeAdapterMap } from 'parse5';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

/** A value longer than this is cut, with its length and a hash: what a path of a thousand cells draws is in the numbers of the tables. */
const longest = 240;
const rounded = (text: string): string => text.replace(/-?\d+\.\d+(e-?\d+)?/g, (x) => String(Number(Number(x).toFixed(1))));

/** Cells are drawn each from where the last one ended; read one by one, each says where it is. */
function absolute(path: string): string {
  if (!/^M([^a-z]+h[^a-z]+v[^a-z]+h[^a-z]+(m|$))+$/.test(path)) return path;
  let [x, y] = [0, 0];
  return path.replace(/([Mm])(-?[\d.]+) ?(-?[\d.]+)h(-?[\d.]+)v(-?[\d.]+)h(-?[\d.]+)/g, (_, kind, dx, dy, w, h, back) => {
    [x, y] = kind === 'M' ? [Number(dx), Number(dy)] : [x + Number(dx), y + Number(dy)];
    const text = `M${hundredths(x)} ${hundredths(y)}h${w}v${h}h${back}`;
    y += Number(h);
    return text;
  });
}
const hundredths = (v: number): number => Math.round(v * 100) / 100;

function short(text: string): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, 48)}… ${text.length} ${createHash('sha256').update(text).digest('hex').slice(0, 6)}`;
}

/** An element without its place among others: its name, its attributes in order, its text; undefined where elements stand in it. */
function leaf(node: Node) {
  if (!('tagName' in node)) return undefined;
  if (node.childNodes.some((child) => 'tagName' in child)) return undefined;
  const text = node.childNodes.map((child) => ('value' in child ? child.value : '')).join('');
  return { tag: node.tagName, attributes: attributes(node), text: text.replace(/\s+/g, ' ').trim() };
}

function attributes(node: Element): [string, string][] {
  return (
    node.attrs
      // Svelte's mark on what has styles of its own changes with them.
      .map(({ name, value }): [string, string] => [name, name === 'class' ? value.replace(/\b(s|svelte)-[\w-]+/g, '') : value])
      .map(([name, value]): [string, string] => [name, rounded(name === 'd' ? absolute(value) : value).trim()])
      .filter(([name, value]) => name !== 'class' || value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  );
}

const written = (all: readonly (readonly [string, string])[]): string => all.map(([name, value]) => ` ${name}="${short(value)}"`).join('');

/** What groups without a word of its own draws nothing. */
const drawn = (node: Node): Node[] =>
  !('tagName' in node) ? [] : node.tagName === 'g' && !node.attrs.length ? node.childNodes.flatMap(drawn) : [node];

function* lines(nodes: readonly Node[], depth: number): Generator<string> {
  const indent = ' '.repeat(depth);
  const elements = nodes.flatMap(drawn);
  for (let i = 0; i < elements.length; i++) {
    const node = elements[i] as Element;
    const first = leaf(node);
    if (!first) {
      yield `${indent}<${node.tagName}${written(attributes(node))}>`;
      const own = node.childNodes.flatMap((child) => ('value' in child ? [child.value.trim()] : [])).join(' ');
      if (own.trim()) yield `${indent} ${own.trim()}`;
      yield* lines(node.childNodes, depth + 1);
      continue;
    }
    // Like elements in a row are one line: what they share once, what differs as a list.
    const run = [first];
    const names = (one: typeof first) => `${one.tag} ${one.attributes.map(([name]) => name).join(' ')} ${one.text === ''}`;
    for (let next; i + 1 < elements.length && (next = leaf(elements[i + 1]!)) && names(next) === names(first); i++) run.push(next);
    const listed = first.attributes.map(([name, value], a): [string, string] => {
      const values = run.map((one) => one.attributes[a]![1]);
      return [name, values.every((other) => other === value) ? value : values.join(' | ')];
    });
    const texts = run.map(({ text }) => text);
    yield `${indent}<${first.tag}${run.length > 1 ? ` × ${run.length}` : ''}${written(listed)}>${short(texts.every((t) => t === texts[0]) ? texts[0]! : texts.join(' | '))}`;
  }
}

/**
 * pictureText(html): a picture as text that reads as a diff. An element a line, like ones in a row together, numbers to a tenth of a unit,
 * what stands in an element indented below it.
 */
export const pictureText = (html: string): string => `${[...lines(parseFragment(html).childNodes, 0)].join('\n')}\n`;
