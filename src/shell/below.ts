import { whenIdle } from '@/marks/turns/later';

/**
 * layOutBelow(blocks, free) lays out, one by one while the page has nothing else to do, text that stands below the window and waits until
 * it comes near (page.css). Then its fonts are there, and a reader who jumps to it does not see its lines break anew. `free` settles when
 * nothing more urgent is under way: a figure that wakes.
 */
export function layOutBelow(blocks: Iterable<HTMLElement>, free: () => Promise<unknown>): void {
  const left = [...blocks];
  const next = async () => {
    await free();
    const block = left.shift();
    if (!block) return;
    // Still apart from the rest, so that it is not painted anew whenever a figure above it grows or shrinks.
    block.style.contain = 'layout style paint';
    block.style.contentVisibility = 'visible';
    whenIdle(next, Infinity);
  };
  whenIdle(next, Infinity);
}
