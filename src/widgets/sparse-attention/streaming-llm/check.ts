import { rope, rotate } from '@/mechanisms/positional-extrapolation/rotary';
import { evict, evictForSpace, inflation, sinkWeight, slotOf, softmaxOffByOne } from '@/mechanisms/sparse-attention/streaming-llm';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import golden from '@tests/golden/streaming-llm.json';

/** Runs the cache and the positions by slot on the golden inputs, against the authors' code. */
export default function check(): Check[] {
  const of = (name: string) => ({ repository: golden.repository, commit: golden.commit, function: name });
  /** A list of another length differs by infinity. */
  const differ = (a: readonly number[], b: readonly number[]) => (a.length === b.length ? maxDifference(a, b) : Infinity);

  const streams = golden.streams.map(({ params: { start, recent }, expected }) => {
    let held: readonly number[] = [];
    return Math.max(...expected.map((ids, token) => differ((held = evict([...held, token], { sinks: start, recent })), ids)));
  });
  const spaces = golden.spaces.map(({ params: { start, recent, held, coming }, expected }) =>
    differ(
      evictForSpace(
        Array.from({ length: held }, (_, i) => i),
        coming,
        { sinks: start, recent },
      ),
      expected,
    ),
  );
  return [
    {
      what: `tokens held after each of a stream, ${streams.length} caches`,
      error: Math.max(...streams),
      tolerance: 1e-9,
      reference: of('StartRecentKVCache.__call__'),
    },
    {
      what: `tokens held once there is room for a prompt, ${spaces.length} cases`,
      error: Math.max(...spaces),
      tolerance: 1e-9,
      reference: of('StartRecentKVCache.evict_for_space'),
    },
    {
      what: 'keys of a cache with gaps and a query, turned at their slots, and their scores',
      error: turned(),
      tolerance: 1e-9,
      reference: of('apply_rotary_pos_emb_single'),
    },
    {
      what: 'weight of a sink, and by what the others grow without it',
      error: Math.max(
        Math.abs(sinkWeight(6, 64) - Math.exp(6) / (Math.exp(6) + 63)),
        Math.abs(inflation(6, 63) - sinkWeight(0, 63) / ((1 - sinkWeight(6, 64)) / 63)),
      ),
      tolerance: 1e-12,
    },
    {
      what: 'softmax off by one, as the softmax with one more key',
      error: maxDifference(
        softmaxOffByOne([1, 2, 3]),
        [1, 2, 3].map((x) => Math.exp(x) / (1 + Math.exp(1) + Math.exp(2) + Math.exp(3))),
      ),
      tolerance: 1e-12,
    },
  ];
}

/** The largest difference among turned keys, the turned query and their scores. The cache held tokens 0 to 3 and the latest four. */
function turned(): number {
  const { ids, dim, keys, query, scores } = golden.rotary;
  const theta = rope(dim);
  const sizes = { sinks: 4, recent: 3 };
  const own = ids.at(-1)!;
  const channels = Array.from({ length: dim }, (_, c) => c);
  const q = rotate(
    channels.map((c) => Math.cos(0.7 * (c + 1))),
    slotOf(own, own, sizes),
    theta,
  );
  const rows = ids.map((id) =>
    rotate(
      channels.map((c) => Math.sin(0.3 * (c + 1) * id + 0.5 * c)),
      slotOf(id, own, sizes),
      theta,
    ),
  );
  const dots = rows.map((k) => k.reduce((sum, x, c) => sum + x * q[c]!, 0) / Math.sqrt(dim));
  return Math.max(maxDifference(q, query), ...rows.map((k, i) => maxDifference(k, keys[i]!)), maxDifference(dots, scores));
}
