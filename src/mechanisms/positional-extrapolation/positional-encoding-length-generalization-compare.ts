/**
 * How far apart two patterns of attention are: the divergence by which the paper finds that a decoder without positions, once trained, attends most like
 * one with T5's bias. Rows of a causal map are distributions over keys 0 to t; divergences are in nats.
 */

/** kl(p, q) = sum of p log(p / q); Infinity where p puts weight that q does not. Throws RangeError for different lengths. */
export function kl(p: ArrayLike<number>, q: ArrayLike<number>): number {
  if (p.length !== q.length) throw new RangeError(`cannot compare ${p.length} weights with ${q.length}`);
  let sum = 0;
  for (let i = 0; i < p.length; i++) if (p[i]! > 0) sum += p[i]! * Math.log(p[i]! / q[i]!);
  return sum;
}

/**
 * jsd(p, q): the Jensen-Shannon divergence, KL(p, m)/2 + KL(q, m)/2 with m halfway. Between 0 (equal) and log 2 (nothing in common). Throws RangeError for
 * different lengths.
 */
export function jsd(p: ArrayLike<number>, q: ArrayLike<number>): number {
  if (p.length !== q.length) throw new RangeError(`cannot compare ${p.length} weights with ${q.length}`);
  let sum = 0;
  // Both terms in one loop and no array for m: a map of attention asks for it by the hundred.
  for (let i = 0; i < p.length; i++) {
    const a = p[i]!;
    const b = q[i]!;
    const m = (a + b) / 2;
    if (a > 0) sum += a * Math.log(a / m);
    if (b > 0) sum += b * Math.log(b / m);
  }
  return Math.max(0, sum / 2);
}

/**
 * reversedJsd(p, q): KL(m, p)/2 + KL(m, q)/2. This is what torch_compute_jensen_shannon_divergence of the released code computes: torch's KLDivLoss takes
 * the logarithm of the second distribution first. It has no upper bound, and is close to jsd where p and q are close. Weights must be positive.
 */
export function reversedJsd(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const m = Float64Array.from(p, (x, i) => (x + q[i]!) / 2);
  return (kl(m, p) + kl(m, q)) / 2;
}

/** meanOverRows(a, b, divergence): the mean over rows of a divergence of two causal maps; of row t the keys 0 to t count. */
export function meanOverRows(
  a: readonly ArrayLike<number>[],
  b: readonly ArrayLike<number>[],
  divergence: (p: ArrayLike<number>, q: ArrayLike<number>) => number = jsd,
): number {
  if (a.length !== b.length) throw new RangeError(`cannot compare ${a.length} rows with ${b.length}`);
  const upTo = (row: ArrayLike<number>, t: number) => Array.from(row).slice(0, t + 1);
  return a.reduce((sum, row, t) => sum + divergence(upTo(row, t), upTo(b[t]!, t)), 0) / a.length;
}

/**
 * betweenHeads(a, b): the mean over pairs of heads, one of each network, of the mean over rows: maps [head][query][key]. Of all pairs those with the first
 * head before the second are taken, as in the released code.
 */
export function betweenHeads(a: readonly (readonly ArrayLike<number>[])[], b: readonly (readonly ArrayLike<number>[])[]): number {
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < a.length; i++)
    for (let j = i + 1; j < b.length; j++) {
      sum += meanOverRows(a[i]!, b[j]!);
      pairs++;
    }
  return sum / pairs;
}
