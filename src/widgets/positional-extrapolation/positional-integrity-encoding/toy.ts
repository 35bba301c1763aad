import { firstChange, splice, type Edit } from '@/mechanisms/positional-extrapolation/positional-integrity-encoding';
import {
  editedCache,
  encodeText,
  keyCosines,
  nextStates,
  randomTokens,
  randomToy,
} from '@/mechanisms/positional-extrapolation/positional-integrity-encoding-toy';
import { relativeError } from '@/tensor/compare';
import { byMethod, type Measured, type Settings } from './measured';

export const dim = 16;

/** The edits that the controls ask for. A second one is the same change, half-way between the first and the end. */
export function toyEdits({ at, removed, inserted, second, length }: Omit<Settings, 'source'>): Edit[] {
  const first = { at, removed, inserted };
  if (!second) return [first];
  const later = Math.ceil((at + removed + length) / 2);
  return [first, { at: later, removed: Math.min(removed, length - later), inserted }];
}

/** A random toy whose cache is edited. */
export function onToy(settings: Settings): Measured {
  const { length, layers, coupling, base, seed } = settings;
  const edits = toyEdits(settings);
  const slots = splice(length, edits);
  const from = firstChange(edits, length);
  const toy = randomToy(seed, { dim, layers, base, coupling });
  // New tokens have draws of their own, so that the old text stays when there are more of them.
  const old = randomTokens(seed + 10_000, length, dim);
  const [query, ...fresh] = randomTokens(seed + 20_000, 41, dim);
  const text = slots.map((slot) => (slot.old === undefined ? fresh[slot.fresh]! : old[slot.old]!));
  const cached = encodeText(toy, old);
  const caches = byMethod((method) => editedCache(toy, cached, text, slots, method, from));
  const states = byMethod((method) => nextStates(toy, caches[method], query!, method === 'stale' ? length : slots.length));
  const kept = slots.filter((slot) => slot.old !== undefined && slot.position >= from).slice(0, 4);
  return {
    edits,
    length,
    keys: kept.map(({ old: before, position, shift }) => ({
      old: before!,
      shift,
      layers: [...new Set([0, layers - 1])].map((layer) => ({
        layer,
        cached: [...cached.keys[layer]![before!]!],
        pie: [...caches.pie.keys[layer]![position]!],
        full: [...caches.full.keys[layer]![position]!],
      })),
    })),
    shape: { layers, width: dim, matrices: 4 * dim ** 2 },
    cosines: { pie: keyCosines(caches.pie, caches.full), conflict: keyCosines(caches.conflict, caches.full) },
    errors: byMethod((method) => states[method].map((state, layer) => relativeError(state, states.full[layer]!))),
  };
}

/** About how many operations that is. */
export function toyWork(settings: Omit<Settings, 'source'>): number {
  const { length, layers } = settings;
  const edits = toyEdits(settings);
  const fresh = edits.reduce((sum, { inserted }) => sum + inserted, 0);
  const next = length + fresh;
  const tokens = length + (next - edits[0]!.at) + 3 * fresh + 5;
  return layers * tokens * (4 * dim ** 2 + 300 + 1.2 * dim * next);
}
