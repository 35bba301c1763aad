import type { FigureState } from '../state.svelte';

/** effects(figure, rested, began) calls `rested` when a change of the state has come to rest, `began` when a scene begins. Returns how to stop. */
export function effects(figure: FigureState, rested: () => void, began: (scene: string) => void): () => void {
  return $effect.root(() => {
    let query = figure.query;
    let scene = figure.scene?.id;
    $effect(() => {
      const now = figure.query;
      if (now === query || figure.pending) return;
      const timer = setTimeout(() => {
        query = now;
        rested();
      }, 250);
      return () => clearTimeout(timer);
    });
    $effect(() => {
      const now = figure.scene?.id;
      if (now && now !== scene) began(now);
      scene = now;
    });
  });
}
