import golden from '@tests/golden/resident-model.json';
import { hooksOf, unseen, type Setting } from '@/mechanisms/positional-extrapolation/bench';
import { rope } from '@/mechanisms/positional-extrapolation/rotary';
import { resident } from '@/model/resident';
import { rowsOf } from '@/model/text';
import type { Check } from '@/shell/contract';
import { maxDifference } from '@/tensor/compare';

const setting: Setting = { scale: 4, trained: 256, band: 32, length: 1024 };
/** The largest distance of the reference that cuts distances off. */
const capped = 40;

const sum = (x: Iterable<number>): number => [...x].reduce((a, b) => a + b, 0);
/** Pairs that do not finish a turn in training; divided, each still goes 1 - 1/s of a step farther than it did there. */
const unfinished = rope(32).filter((angle) => angle * setting.trained < 2 * Math.PI);

/** The logits of the resident models under the bench’s hooks, against PyTorch. */
export default function check(): Check[] {
  const cases = [
    ['rope', 'rope', 'plain'],
    ['rope', 'ntk', 'ntk'],
    ['rope', 'linear', 'linear'],
    ['rope', 'band', 'band'],
    ['rope', 'ceiling', 'capped'],
    ['alibi', 'alibi', 'plain'],
    ['nope', 'nope', 'plain'],
  ] as const;
  const models = golden.models as unknown as Record<string, Record<string, number[][]>>;
  return [
    ...cases.map(([model, name, kind]): Check => {
      const rows = rowsOf(
        resident(model)
          .reader(hooksOf(name, 32, { ...setting, trained: capped + 1 }))
          .read(golden.ids),
      );
      const expected = models[model]![kind]!;
      return {
        what: `logits of the resident model ${model} read with ${name}`,
        error: Math.max(...golden.rows.map((row, i) => maxDifference(rows[row]!, expected[i]!))),
        tolerance: 1e-3,
        against: 'PyTorch',
      };
    }),
    {
      what: 'unseen angles where positions are divided: but for the last step none',
      error: Math.abs(sum(unseen('linear', 32, setting)!) - sum(unfinished) * (1 - 1 / setting.scale)),
      tolerance: 1e-12,
      against: 'closed form',
    },
  ];
}
