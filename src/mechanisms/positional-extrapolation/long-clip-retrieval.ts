/** How well captions find images: of long ones, how often the first image is the right one; of short ones, which many images fit, how many of the best do. */
import { matmulTransposed } from '@/tensor/matmul';
import { row } from '@/tensor/tensor';
import { cosine, encode, type Encoders, type Sample } from './long-clip-captions';

export interface Retrieval {
  /** Recall at 1 of long captions: the share whose most similar image is their own. */
  readonly long: number;
  /** R-precision of short captions: where R images of the sample show what is named, the share of the R most similar that do; the mean over captions. */
  readonly short: number;
  /** Mean cosine of an image with its own short caption. */
  readonly cosine: number;
}

/** retrieval(encoders, sample, named): on a sample that was held out, image features whole, as they are used after training. */
export function retrieval({ image, text }: Encoders, { signs, seen }: Sample, named: number): Retrieval {
  const [count, width] = signs.shape as [number, number];
  const features = encode(seen, image).rows;
  const [long, short] = [encode(signs, text).rows, encode(signs, text, named).rows];
  const scores = matmulTransposed(long, features);
  let right = 0;
  for (let i = 0; i < count; i++) {
    const own = scores.data[i * count + i]!;
    if (row(scores, i).every((score, j) => j === i || score < own)) right++;
  }
  // Captions that name the same are one query, counted as often as it occurs.
  const groups = new Map<string, number[]>();
  for (let i = 0; i < count; i++) {
    const key = signs.data.subarray(i * width, i * width + named).join();
    groups.set(key, [...(groups.get(key) ?? []), i]);
  }
  let fit = 0;
  for (const group of groups.values()) {
    const query = row(short, group[0]!);
    const score = Float64Array.from({ length: count }, (_, i) => row(features, i).reduce((sum, x, c) => sum + x * query[c]!, 0));
    const best = Array.from(score.keys())
      .sort((i, j) => score[j]! - score[i]!)
      .slice(0, group.length);
    const wanted = new Set(group);
    fit += best.filter((i) => wanted.has(i)).length;
  }
  return { long: right / count, short: fit / count, cosine: cosine(features, short) };
}
