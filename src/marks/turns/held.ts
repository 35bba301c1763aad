/**
 * held(now) is what `now` gives, and where that is nothing what it gave before: for $derived.by. A part may be told of a new result before it is
 * told to go, and then draws once more what it had.
 */
export function held<T>(now: () => T | null | undefined): () => T {
  let last: T | undefined;
  return () => (last = now() ?? last)!;
}
