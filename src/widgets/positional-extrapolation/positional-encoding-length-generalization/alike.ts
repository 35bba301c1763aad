import type { Encoding } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-setting';
import type { Task } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-tasks';
import file from '../../../../seeds/positional-encoding/alike.json';

const { alike } = file as unknown as { alike: Record<string, Record<Encoding, number[][]>> };

/** divergences(task, layers, encoding): how far the attention of networks without positions is from that of such ones [seed][layer], in nats. */
export const divergences = (task: Task, layers: number, encoding: Encoding): readonly (readonly number[])[] =>
  alike[task + layers]![encoding];
