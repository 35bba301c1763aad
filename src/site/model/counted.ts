import type { AnyWidget } from '@/shell/contract';
import { complete } from '@/shell/link';
import { inputs } from '@/shell/parameters';
import { wronglyAnswered } from '@/widgets/positional-extrapolation/positional-integrity-encoding/beside';
import type { Result } from '@/widgets/positional-extrapolation/softplus-attention/simulate';
import widget from '@/widgets/positional-extrapolation/softplus-attention/widget';

/** lostLines(): lines with a new value or name, 25 in each passage, and how many are answered wrongly after the edit. */
export const lostLines = () => ({ half: wronglyAnswered('half', 25), name: wronglyAnswered('name', 25) });

/** foundDigits(seeds): planted digits that the model finds with its own softmax, and with both stages of softplus attention in its place. */
export function foundDigits(seeds: number) {
  const softplus = widget as AnyWidget;
  const { set } = softplus.scenes.find(({ id }) => id === 'real-row')!;
  const count = { digits: 4 * seeds, unchanged: 0, put: 0 };
  for (let seed = 1; seed <= seeds; seed++) {
    const { text } = softplus.simulate(inputs(softplus.params, complete(softplus, { ...set, seed }))) as Result;
    count.unchanged += text!.unchanged.right;
    count.put += text!.put.right;
  }
  return count;
}
