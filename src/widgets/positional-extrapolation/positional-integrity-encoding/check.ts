import { methods, moved, splice, type Edit, type Method } from '@/mechanisms/positional-extrapolation/positional-integrity-encoding';
import {
  editedCache,
  encodeText,
  keyCosines,
  nextStates,
  type Toy,
} from '@/mechanisms/positional-extrapolation/positional-integrity-encoding-toy';
import { rope, rotate } from '@/mechanisms/positional-extrapolation/rotary';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import golden from '@tests/golden/positional-integrity-encoding.json';

const edited = (edits: readonly (readonly number[])[]): Edit[] =>
  edits.map(([at = 0, removed = 0, inserted = 0]) => ({ at, removed, inserted }));

/** Keys in closed form, turned for their old positions and then moved, against those that kvpress gives. */
function rotations(): number {
  let worst = 0;
  for (const { dim, heads, n, base, edits, keys } of golden.rotations) {
    const theta = rope(dim, base);
    const kept = splice(n, edited(edits)).filter(({ old }) => old !== undefined);
    kept.forEach(({ old, shift }, i) => {
      const raw = Float64Array.from({ length: heads * dim }, (_, c) => Math.sin(0.7 * old! + 1.1 * (c % dim) + 2.3 * Math.floor(c / dim)));
      worst = Math.max(worst, maxDifference(moved(moved(raw, old!, theta), shift, theta), keys[i]!));
    });
  }
  return worst;
}

/** The generator of the script that made the toys: variance 1. */
function draws(seed: number) {
  let state = seed;
  return (n: number) =>
    Float64Array.from({ length: n }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state / 2 ** 32 - 0.5) * Math.sqrt(12);
    });
}

/** Final states of the five methods, and all key cosines, of the toys in numpy. */
function toys(): { states: number; cosines: number } {
  const worst = { states: 0, cosines: 0 };
  for (const { params, states, cosines } of golden.toy) {
    const { seed, dim, layers, n, coupling } = params;
    const edits = edited(params.edits);
    const draw = draws(seed);
    const scaled = (by: number) => draw(dim * dim).map((x) => (x * by) / Math.sqrt(dim));
    const matrices = Array.from({ length: layers }, () => ({ q: scaled(1.5), k: scaled(1.5), v: scaled(1), o: scaled(0.5) }));
    const toy: Toy = { dim, theta: rope(dim), coupling, layers: matrices };
    const rows = (count: number) => Array.from({ length: count }, () => draw(dim));
    const old = rows(n);
    const fresh = rows(edits.reduce((sum, { inserted }) => sum + inserted, 0));
    const query = draw(dim);
    const slots = splice(n, edits);
    const text = slots.map((slot) => (slot.old === undefined ? fresh[slot.fresh]! : old[slot.old]!));
    const cache = (method: Method) => editedCache(toy, encodeText(toy, old), text, slots, method, edits[0]!.at);
    for (const method of methods) {
      const state = nextStates(toy, cache(method), query, method === 'stale' ? n : slots.length).at(-1)!;
      worst.states = Math.max(worst.states, maxDifference(state, states[method]));
    }
    for (const method of ['pie', 'conflict'] as const)
      keyCosines(cache(method), cache('full')).forEach((row, layer) => {
        worst.cosines = Math.max(worst.cosines, maxDifference(row, cosines[method][layer]!));
      });
  }
  return worst;
}

/** The angle sums of two rotations: R_3 R_7 k and R_-2 R_7 k. */
function closedForm(): number {
  const [k, theta] = [[0.3, -0.2, 0.5, 0.7], rope(4)];
  const at7 = rotate(k, 7, theta);
  return Math.max(maxDifference(moved(at7, 3, theta), rotate(k, 10, theta)), maxDifference(moved(at7, -2, theta), rotate(k, 5, theta)));
}

/** The rotation against code that turns cached keys, and the whole toy against a second implementation. */
export default function check(): Check[] {
  const { states, cosines } = toys();
  const numpy = 'a second implementation in numpy';
  return [
    {
      what: `cached keys turned to where they moved, ${golden.rotations.length} edits`,
      error: rotations(),
      tolerance: 5e-6,
      reference: { repository: golden.repository, commit: golden.commit, function: 'KeyRerotationPress.rerotate_keys' },
    },
    { what: 'turning twice is turning by the sum', error: closedForm(), tolerance: 1e-12 },
    { what: `next states of the toy, ${golden.toy.length} edits by five methods`, error: states, tolerance: 1e-10, against: numpy },
    { what: 'cosines of its keys, PIE and conflict', error: cosines, tolerance: 1e-10, against: numpy },
  ];
}
