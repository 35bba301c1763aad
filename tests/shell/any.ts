import fc from 'fast-check';
import type { AnyWidget } from '@/shell/contract';
import { complete } from '@/shell/link';
import { fitText, printBits, range, snap, type Parameter, type Value } from '@/shell/parameters';

/** anyState(widget): any of its states, from its schema alone. */
export function anyState(widget: AnyWidget): fc.Arbitrary<Readonly<Record<string, Value>>> {
  const one = (parameter: Parameter): fc.Arbitrary<Value> => {
    switch (parameter.type) {
      case 'choice':
        return fc.constantFrom(...Object.keys(parameter.options));
      case 'flag':
        return fc.boolean();
      case 'bits':
        return fc.uniqueArray(fc.nat(parameter.size - 1), { maxLength: parameter.size }).map(printBits);
      // A percent sign outlives three unescapings, not a fourth.
      case 'text':
        return fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => fitText(text.replaceAll('%', '')));
      case 'step':
        return fc.nat(5000);
      default: {
        const [min, max] = range(parameter, {})!;
        return fc.double({ min, max, noNaN: true }).map((x) => snap(parameter, x, {}));
      }
    }
  };
  const record = Object.fromEntries(Object.entries<Parameter>(widget.params).map(([name, parameter]) => [name, one(parameter)]));
  return fc.record(record).map((values) => complete(widget, values as Record<string, Value>));
}

/** anyLink(widget): what a hostile or damaged link may hold. */
export const anyLink = (widget: AnyWidget): fc.Arbitrary<string> => {
  const name = fc.oneof(
    fc.constantFrom(...Object.keys(widget.params)),
    fc.constantFrom('__proto__', 'constructor', 'toString', 'scene', ''),
    fc.string({ maxLength: 12 }),
  );
  const value = fc.oneof(
    fc.constantFrom(
      '1e999',
      '-1e9',
      'NaN',
      'Infinity',
      '0x10',
      '',
      '%',
      '%25',
      '%2531',
      '<img src=x onerror=alert(1)>',
      '__proto__',
      'constructor',
      'null',
      '1,2',
      '９',
      '1e-7',
      '99999999999999999999',
    ),
    fc.double().map(String),
    fc.integer().map(String),
    fc.string({ maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  return fc.oneof(
    fc.array(fc.tuple(name, value), { maxLength: 12 }).map((pairs) => `?${pairs.map(([a, b]) => `${a}=${b}`).join('&')}`),
    fc.string({ unit: 'binary', maxLength: 3000 }),
    fc.integer({ min: 2001, max: 20000 }).map((n) => `?k=${'9'.repeat(n)}`),
  );
};
