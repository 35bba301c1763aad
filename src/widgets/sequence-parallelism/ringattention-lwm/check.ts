import { ringAttention, type Layout } from '@/mechanisms/sequence-parallelism/ringattention-lwm';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';
import { generate } from '@/tensor/tensor';
import golden from '@tests/golden/ringattention-lwm.json';

/** Each golden case, run by the authors in as many processes as there are devices: outputs, and exactly the same work and traffic. */
export default function check(): Check[] {
  const files: Record<string, string> = {
    contiguous: 'ring_flash_attn_forward',
    striped: 'stripe_flash_attn_forward',
    zigzag: 'zigzag_ring_flash_attn_forward',
  };
  return golden.cases.map(({ name, params, expected }) => {
    const { length, devices, causal } = params;
    const q = generate(['query', 'channel'], [length, 4], (i, c) => 2 * Math.sin(0.7 * i! + 1.3 * c!));
    const k = generate(['key', 'channel'], [length, 4], (i, c) => 2 * Math.cos(0.4 * i! - 0.9 * c!) * (i === 5 ? 3 : 1));
    const v = generate(['key', 'channel'], [length, 4], (i, c) => Math.sin(0.3 * i! * (c! + 1)) + 0.1 * c!);
    const ring = ringAttention(q, k, v, { devices, layout: params.layout as Layout, causal });
    const error = Math.max(
      maxDifference(ring.output.data, expected.output.flat()),
      maxDifference(ring.snapshots.at(-1)!.logSum, expected.logSumExp),
      // Counts must be the same, so that one pair or one element too many is a difference of at least 1.
      maxDifference(ring.work.data, expected.work.flat()),
      maxDifference(ring.owned.flat(), expected.owned.flat()),
      maxDifference(ring.sent, expected.sent.flat()),
    );
    return {
      what: `${name}: output, pairs computed, numbers sent (reference in float32)`,
      error,
      tolerance: 1e-5,
      reference: { repository: golden.repository, commit: golden.commit, function: files[params.layout]! },
    };
  });
}
