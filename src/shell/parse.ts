import type { AnyWidget } from './contract';
import { fit, printValue, reserved, tooMuch } from './link';
import { defaults, fitText, plain, range, settle, snap, type Parameter, type Value } from './parameters';
import { stepName } from './steps';

/** A query string longer than this is not read at all. */
const longest = 2000;

/** Names that other sites append to any link; not worth a word to the reader. */
const foreign = /^(utm_\w*|fbclid|gclid|ref|source|mc_\w*|igshid)$/;

export interface Parsed {
  readonly values: Readonly<Record<string, Value>>;
  /** One line for each thing that the link asked for and that could not be had. */
  readonly notices: readonly string[];
}

/**
 * parse(widget, search, start) reads a query string into values that can be simulated, whatever it holds. It never throws.
 * What the link does not name is as in `start`: the defaults, unless the page itself stands for another state.
 */
export function parse(widget: AnyWidget, search: string, start: Readonly<Record<string, Value>> = {}): Parsed {
  const notices: string[] = [];
  let text = search.startsWith('?') ? search.slice(1) : search;
  if (text.length > longest) {
    notices.push(`The link is ${text.length} characters long; more than ${longest} are not read, so the figure starts as it is.`);
    text = '';
  }
  const asked = new Map<string, string>();
  const repeated = new Set<string>();
  for (const pair of text.split('&')) {
    if (!pair) continue;
    const [rawName = '', ...rest] = pair.split('=');
    const name = resolveName(widget, decode(rawName));
    if (asked.has(name)) repeated.add(name);
    const own = Object.hasOwn(widget.params, name) && (widget.params[name] as Parameter).type === 'text';
    const given = rest.join('=');
    asked.set(name, own ? decode(given.replaceAll('+', ' '), 3) : decode(given));
  }

  for (const name of repeated) notices.push(`${show(name)} stands twice or more in the link; the last one counts.`);

  let base = { ...defaults(widget.params), ...start };
  const sceneId = asked.get('scene');
  if (sceneId) {
    const scene = widget.scenes.find(({ id }) => id === sceneId);
    if (scene) base = { ...defaults(widget.params), ...(scene.set as Record<string, Value>) };
    else notices.push(`There is no scene ${show(sceneId)}; there are ${widget.scenes.map(({ id }) => id).join(', ')}.`);
  }

  const steps: [string, string][] = [];
  for (const [name, value] of asked) {
    const parameter = Object.hasOwn(widget.params, name) ? (widget.params[name] as Parameter) : undefined;
    if (!parameter) {
      if (!reserved.includes(name) && !foreign.test(name)) notices.push(`This figure has no parameter ${show(name)}; it is ignored.`);
    } else if (parameter.type === 'step') steps.push([name, value]);
    else base[name] = parseValue(name, parameter, value, base, notices);
  }
  let fitted = fit(widget, base, notices);
  // Each value may be harmless and all of them together not.
  const refused = tooMuch(widget, fitted);
  if (refused) {
    notices.push(refused);
    fitted = fit(widget, { ...defaults(widget.params), ...start }, []);
  }
  // Steps last: how many there are depends on all the rest.
  for (const [name, value] of steps) fitted[name] = parseValue(name, widget.params[name] as Parameter, value, fitted, notices);
  return { values: settle(widget.params, fitted), notices };
}

/** The parameter that a link means: by its name, one it had before, one in other capitals (HTML has none), or plain "step". */
function resolveName(widget: AnyWidget, name: string): string {
  if (Object.hasOwn(widget.params, name)) return name;
  const lower = name.toLowerCase();
  for (const [current, { aliases = [] }] of Object.entries<Parameter>(widget.params))
    if ([current, ...aliases].some((known) => known.toLowerCase() === lower)) return current;
  return lower === 'step' ? (stepName(widget) ?? name) : name;
}

/** Percent-decoding that tolerates what hosts do to links: escaped twice, or not valid at all. */
function decode(text: string, rounds = 2): string {
  for (let round = 0; round < rounds && text.includes('%'); round++) {
    try {
      text = decodeURIComponent(text);
    } catch {
      break;
    }
  }
  return text;
}

/** Characters that are not seen, or that turn the text around them. */
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** show(text): what a link said, short enough for one line. The page prints it as text, so nothing in it can run. */
export function show(text: string): string {
  const seen = text.slice(0, 25).replace(unseen, '\ufffd');
  return `“${text.length > 24 ? `${seen.slice(0, 24)}…` : seen}”`;
}

function parseValue(name: string, parameter: Parameter, text: string, values: Readonly<Record<string, Value>>, notices: string[]): Value {
  const fallback = values[name] ?? parameter.default;
  switch (parameter.type) {
    case 'choice': {
      if (Object.hasOwn(parameter.options, text)) return text;
      notices.push(`${name} = ${show(text)} is not one of ${Object.keys(parameter.options).join(', ')}; ${printValue(fallback)} is used.`);
      return fallback;
    }
    case 'flag': {
      if (/^(1|true|yes|on)$/i.test(text)) return true;
      if (/^(0|false|no|off)$/i.test(text)) return false;
      notices.push(`${name} = ${show(text)} is neither 1 nor 0; ${printValue(fallback)} is used.`);
      return fallback;
    }
    case 'text': {
      const used = fitText(text);
      if (used !== text) notices.push(`${name}: of the text in the link, the first ${Array.from(used).length} characters are used.`);
      return used;
    }
    case 'bits': {
      const digits = Math.ceil(parameter.size / 4);
      if (/^[0-9a-f]*$/.test(text) && text.length <= digits) return trimBits(text, parameter.size);
      notices.push(`${name} = ${show(text)} is not at most ${digits} hexadecimal digits; ${printValue(fallback) || 'none'} is used.`);
      return fallback;
    }
    default: {
      const given = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : NaN;
      const [min, max] = range(parameter, values)!;
      if (Number.isNaN(given)) {
        const used = Number.isFinite(fallback as number) ? (fallback as number) : max;
        notices.push(`${name} = ${show(text)} is not a number; ${plain(used)} is used.`);
        return used;
      }
      const used = snap(parameter, given, values);
      if (given < min || given > max)
        notices.push(`${name} = ${show(text)} is outside ${plain(min)} to ${plain(max)}; ${plain(used)} is used.`);
      else if (used !== given) notices.push(`${name} = ${show(text)} is not one of its values; the nearest, ${plain(used)}, is used.`);
      return used;
    }
  }
}

/** Bits beyond the size are dropped, and zeros at the end, so that a set has one spelling. */
function trimBits(text: string, size: number): string {
  const spare = 4 * Math.ceil(size / 4) - size;
  let digits = text;
  if (spare && digits.length === Math.ceil(size / 4)) {
    const last = parseInt(digits.at(-1)!, 16) & ((1 << (4 - spare)) - 1);
    digits = digits.slice(0, -1) + last.toString(16);
  }
  return digits.replace(/0+$/, '');
}
