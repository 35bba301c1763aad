import { describe, expect, it } from 'vitest';
import { methods, moved, splice, type Edit, type Method } from '@/mechanisms/positional-extrapolation/positional-integrity-encoding';
import {
  compare,
  keyCosines,
  readingOn,
  readings,
  type EditedText,
} from '@/mechanisms/positional-extrapolation/positional-integrity-encoding-text';
import { encode } from '@/model/alphabet';
import { addInto, geluInto, linear, normed } from '@/model/linear';
import { ownFrequencies } from '@/model/positions';
import { readOff } from '@/model/reader';
import { passage, resident } from '@/model/resident';
import { lossesOf, tokens } from '@/model/text';
import { maxDifference } from '@/tensor/compare';
import { softmax } from '@/tensor/softmax';
import { wronglyAnswered } from '@/widgets/positional-extrapolation/positional-integrity-encoding/beside';

const model = resident('rope');
const { width, heads, layers, hidden, vocabulary } = model.shape;
const d = width / heads;
const theta = ownFrequencies(model.shape);
const words = passage('northanger');

const edit = (at: number, removed: number, inserted: number): Edit => ({ at, removed, inserted });
const text = (edits: readonly Edit[], inserted = 'very great surprise and ', next = 20): EditedText => ({
  old: tokens(words.slice(0, 60)),
  edits,
  fresh: encode(inserted).slice(
    0,
    edits.reduce((sum, one) => sum + one.inserted, 0),
  ),
  next: encode(words.slice(60, 60 + next)),
});
const editedTokens = ({ old, edits, fresh }: EditedText) =>
  splice(old.length, edits).map((slot) => (slot.old === undefined ? fresh[slot.fresh]! : old[slot.old]!));

/** A cache as the paper has it: of each layer one array a token, keys already turned. */
interface Cache {
  keys: Float32Array[][];
  values: Float32Array[][];
}
const nothing = (): Cache => ({ keys: model.blocks.map(() => []), values: model.blocks.map(() => []) });

/** The model once more, token by token, on a cache of turned keys, to which the tokens are appended. */
function decoded(ids: ArrayLike<number>, positions: ArrayLike<number>, cache: Cache): Float32Array[] {
  return Array.from(ids, (id, i) => {
    const x = model.embed.slice(id * width, (id + 1) * width);
    model.blocks.forEach(({ norm1, q, k, v, o, norm2, up, down }, layer) => {
      const y = normed(x, norm1);
      const turned = (w: Float32Array) => Float32Array.from(moved(linear(y, w, 1, width, width), positions[i]!, theta));
      const [keys, values] = [cache.keys[layer]!, cache.values[layer]!];
      keys.push(turned(k));
      values.push(linear(y, v, 1, width, width));
      const query = turned(q);
      const gathered = new Float32Array(width);
      for (let head = 0; head < heads; head++) {
        const at = head * d;
        const weights = softmax(
          Float64Array.from(keys, (key) => {
            let sum = 0;
            for (let c = at; c < at + d; c++) sum += query[c]! * key[c]!;
            return sum / Math.sqrt(d);
          }),
        );
        values.forEach((value, j) => {
          for (let c = at; c < at + d; c++) gathered[c]! += weights[j]! * value[c]!;
        });
      }
      addInto(x, linear(gathered, o, 1, width, width));
      const inner = linear(normed(x, norm2), up, 1, width, hidden);
      geluInto(inner);
      addInto(x, linear(inner, down, 1, hidden, width));
    });
    return readOff(model, x);
  });
}

/** The method as the paper has it: cached keys turned once more (or not), new tokens encoded behind what stands before them. */
function byTurning({ old, edits, fresh, next }: EditedText, method: 'pie' | 'conflict' | 'drop'): Float32Array[] {
  const cached = nothing();
  decoded(
    old,
    Array.from(old, (_, i) => i),
    cached,
  );
  const slots = splice(old.length, edits);
  const cache = nothing();
  for (const slot of slots) {
    if (slot.old === undefined) decoded([fresh[slot.fresh]!], [slot.position], cache);
    else if (method !== 'drop' || slot.position < edits[0]!.at)
      for (let layer = 0; layer < layers; layer++) {
        const key = cached.keys[layer]![slot.old]!;
        cache.keys[layer]!.push(method === 'pie' ? Float32Array.from(moved(key, slot.shift, theta)) : key);
        cache.values[layer]!.push(cached.values[layer]![slot.old]!);
      }
  }
  return decoded(
    next,
    Array.from(next, (_, i) => slots.length + i),
    cache,
  );
}

const difference = (a: Float32Array, rows: readonly Float32Array[]) =>
  Math.max(...rows.map((row, i) => maxDifference(a.subarray(i * vocabulary, (i + 1) * vocabulary), row)));

describe('moving seats is turning keys', () => {
  it.each([
    ['insertion', [edit(12, 0, 7)]],
    ['deletion', [edit(10, 9, 0)]],
    ['replacement by a longer one', [edit(20, 4, 9)]],
    ['two edits', [edit(8, 0, 5), edit(30, 6, 2)]],
  ] as const)('%s: the same logits as a decoder whose cache holds turned keys', (_, edits) => {
    const one = text(edits, undefined, 4);
    const { logits } = compare(model, one);
    for (const method of ['pie', 'conflict', 'drop'] as const)
      expect(difference(logits[method], byTurning(one, method)), method).toBeLessThan(2e-3);
    // And they are different things.
    expect(maxDifference(logits.pie, logits.conflict)).toBeGreaterThan(0.1);
  });
});

describe('what is exact', () => {
  it('a text that was read before, or begins like one, gives what it gives alone', () => {
    const read = readings(model);
    const all = [text([edit(12, 0, 7)]), text([edit(20, 4, 9)]), text([edit(10, 9, 0)]), text([edit(20, 4, 9)])];
    for (const one of all) {
      const [together, alone] = [compare(model, one, read), compare(model, one)];
      for (const method of methods) expect(maxDifference(together.logits[method], alone.logits[method]), method).toBeLessThan(1e-4);
      for (const method of ['pie', 'conflict'] as const)
        expect(maxDifference(keyCosines(model, together, method).flat(), keyCosines(model, alone, method).flat()), method).toBeLessThan(
          1e-5,
        );
    }
  });
  it('full recomputation is reading the edited text; doing nothing is reading the old one', () => {
    const one = text([edit(12, 3, 7)]);
    const { logits } = compare(model, one);
    const read = (ids: readonly number[]) =>
      model
        .reader()
        .read([...ids, ...Array.from(one.next)])
        .slice(ids.length * vocabulary);
    expect(maxDifference(logits.full, read(editedTokens(one)))).toBe(0);
    expect(maxDifference(logits.stale, read(Array.from(one.old)))).toBeLessThan(1e-3);
  });

  it('no edit, and an edit at the end: all ways agree, but for doing nothing about a new end', () => {
    const same = compare(model, text([])).logits;
    for (const method of ['pie', 'conflict', 'drop', 'stale'] as const) expect(maxDifference(same[method], same.full)).toBeLessThan(1e-3);
    const appended = compare(model, text([edit(61, 0, 6)])).logits;
    for (const method of ['pie', 'conflict', 'drop'] as const) expect(maxDifference(appended[method], appended.full)).toBeLessThan(1e-3);
    expect(maxDifference(appended.stale, appended.full)).toBeGreaterThan(0.1);
  });

  it('a shift of 0: PIE and conflict are the same, to the last bit', () => {
    const { logits } = compare(model, text([edit(14, 6, 6)]));
    expect(maxDifference(logits.pie, logits.conflict)).toBe(0);
    expect(maxDifference(logits.pie, logits.full)).toBeGreaterThan(1e-4);
  });

  it('keys: exact in the first layer, and before the edit and in its new tokens in all; elsewhere not', () => {
    const one = text([edit(12, 3, 7)]);
    const compared = compare(model, one);
    const cosines = keyCosines(model, compared, 'pie');
    for (const cosine of cosines[0]!) expect(cosine).toBeCloseTo(1, 6);
    compared.keys().kept.forEach((rows, layer) => {
      expect(maxDifference(rows.subarray(0, 19 * width), compared.keys().anew[layer]!.subarray(0, 19 * width))).toBeLessThan(1e-4);
      if (layer) expect(maxDifference(rows, compared.keys().anew[layer]!)).toBeGreaterThan(0.01);
    });
    const conflict = keyCosines(model, compared, 'conflict');
    conflict.forEach((row) => expect(row.slice(0, 19).every((cosine) => Math.abs(cosine - 1) < 1e-5)).toBe(true));
    for (const cosine of conflict[0]!.slice(19)) expect(cosine).toBeLessThan(0.95);
  });

  it('the cosine of a turned key is that of the turned vectors', () => {
    const compared = compare(model, text([edit(12, 0, 7)]));
    const [row] = keyCosines(model, compared, 'conflict');
    const t = 40;
    const own = compared.keys().kept[0]!.subarray(t * width, (t + 1) * width);
    let sum = 0;
    for (let head = 0; head < heads; head++) {
      const [a, b] = [t - 7, t].map((position) => moved(own.subarray(head * d, (head + 1) * d), position, theta));
      sum += a!.reduce((s, x, c) => s + x * b![c]!, 0) / (Math.hypot(...a!) * Math.hypot(...b!));
    }
    expect(row![t]).toBeCloseTo(sum / heads, 6);
  });
});

describe('reading on', () => {
  it('losses are those of the model, divergence is 0 from itself and never negative', () => {
    const one = text([edit(12, 0, 7)]);
    const compared = compare(model, one);
    const full = readingOn(compared, one.next, 'full');
    const edited = editedTokens(one);
    const all = lossesOf(model, [...edited, ...Array.from(one.next)]);
    expect(maxDifference(full.losses, all.slice(edited.length))).toBeLessThan(1e-6);
    expect(full.divergence.every((nats) => nats === 0)).toBe(true);
    expect(full.agrees.every(Boolean)).toBe(true);
    for (const method of ['pie', 'conflict', 'drop', 'stale'] as Method[])
      for (const nats of readingOn(compared, one.next, method).divergence) expect(nats).toBeGreaterThan(-1e-9);
  });

  it('in four passages, after an insertion and after a deletion: PIE stays close, conflict does not', () => {
    for (const name of ['persuasion', 'mansfield', 'emma', 'northanger'] as const)
      for (const one of [edit(30, 0, 12), edit(30, 25, 0)]) {
        const all = passage(name);
        const next = encode(all.slice(120, 168));
        const compared = compare(model, { old: tokens(all.slice(0, 120)), edits: [one], fresh: encode('in his life '), next });
        const mean = (method: Method) => readingOn(compared, next, method).divergence.reduce((a, b) => a + b, 0) / 47;
        expect(mean('pie'), name).toBeLessThan(0.01);
        expect(mean('conflict'), name).toBeGreaterThan(8 * mean('pie'));
        if (one.removed) expect(mean('conflict'), name).toBeGreaterThan(0.3);
        const cosines = keyCosines(model, compared, 'pie').map((row) => row.slice(30 + one.inserted));
        for (const row of cosines) expect(row.reduce((a, b) => a + b, 0) / row.length).toBeGreaterThan(0.98);
      }
  });

  it('a new name: the value behind it, kept, still answers to the old one', () => {
    const [head, tail] = [words.slice(0, 40), words.slice(40, 100)];
    const ask = (name: string) => {
      const next = encode(`[${name}=1234`);
      const compared = compare(model, {
        old: tokens(`${head}[kqz=1234]${tail}`),
        edits: [edit(42, 3, 3)],
        fresh: encode('abm'),
        next,
      });
      return (method: Method) => {
        const nats = readingOn(compared, next, method).losses.slice(-4);
        return nats.reduce((sum, x) => sum + Math.exp(-x), 0) / 4;
      };
    };
    const [now, before] = [ask('abm'), ask('kqz')];
    expect(now('full')).toBeGreaterThan(0.95);
    expect(now('pie')).toBeLessThan(0.85);
    expect(before('pie')).toBeGreaterThan(0.95);
    expect(before('full')).toBeLessThan(before('pie'));
  });

  it('a new value is answered from PIE’s cache, and not from one that nobody updated', () => {
    const next = encode('[kqz=5687');
    const compared = compare(model, {
      old: tokens(`${words.slice(0, 40)}[kqz=1234]${words.slice(40, 100)}`),
      edits: [edit(46, 4, 4)],
      fresh: encode('5687'),
      next,
    });
    const probability = (method: Method) => Math.exp(-readingOn(compared, next, method).losses[4]!);
    expect(probability('pie')).toBeGreaterThan(0.9);
    expect(probability('stale')).toBeLessThan(0.3);
  });

  it('of lines drawn in four passages, PIE answers a new value, and mostly neither half a value nor a new name; reading again answers all', () => {
    for (const [change, least, most] of [
      ['value', 0, 0],
      ['half', 0.5, 0.9],
      ['name', 0.7, 1],
    ] as const) {
      const { lines, full, pie } = wronglyAnswered(change, 5);
      expect(lines).toBe(20);
      expect(full, change).toBe(0);
      expect(pie / lines, change).toBeGreaterThanOrEqual(least);
      expect(pie / lines, change).toBeLessThanOrEqual(most);
    }
  });
});
