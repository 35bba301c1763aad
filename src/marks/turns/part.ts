import type { Snippet } from 'svelte';

export interface Props {
  /** Whether it stands in a picture. */
  svg?: boolean;
  /** What comes right before it is drawn, there. */
  before?: (part: Element) => void;
  children: Snippet;
}
