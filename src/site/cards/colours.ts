import css from '@/marks/colours.css?raw';
import { family } from './fonts';
import { mix } from './mix';

const declared = new Map([...css.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, light(value!)] as const));
declared.set('sans', family);

/** lit(text) is a style or a drawing with every colour written out as it is in the light scheme. A name that is no colour's stays. */
export const lit = (text: string): string =>
  light(text.replace(/var\(--([\w-]+)\)/g, (whole, name: string) => declared.get(name) ?? whole)).replace(
    /color-mix\(in oklab, (#[\da-f]{3,6}) ([\d.]+)%, (#[\da-f]{3,6})\)/g,
    (_, a: string, share: string, b: string) => mix(a, b, Number(share) / 100),
  );

/** light-dark(a, b) becomes a, whatever brackets a holds. */
function light(text: string): string {
  const call = 'light-dark(';
  let out = '';
  let at = 0;
  for (let start = text.indexOf(call); start >= 0; start = text.indexOf(call, at)) {
    let depth = 1;
    let comma = -1;
    let end = start + call.length;
    for (; depth > 0 && end < text.length; end++) {
      if (text[end] === '(') depth++;
      else if (text[end] === ')') depth--;
      else if (text[end] === ',' && depth === 1 && comma < 0) comma = end;
    }
    out += text.slice(at, start) + text.slice(start + call.length, comma).trim();
    at = end;
  }
  return out + text.slice(at);
}

/** unknown(drawing) is the first thing in it that only a browser could draw. */
export const unknown = (drawing: string): string | undefined =>
  [...drawing.matchAll(/[="\s:,]([\w-]+)\([^)]*\)/g)]
    .find(([, name]) => !/^(url|translate|scale|rotate|matrix|rgb)$/.test(name!))?.[0]
    .slice(1);
