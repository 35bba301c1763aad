/** What can be set, and how a text's numbers are gathered. */

export interface Settings {
  readonly measured: string;
  readonly pattern: string;
  readonly starting: number;
  readonly window: number;
  readonly length: number;
  readonly query: number;
  readonly needle: number;
  readonly strength: number;
  readonly seed: number;
  readonly passage: string;
  readonly local: number;
  readonly tokens: number;
}

/** The first tokens whose share of the attention is measured, whatever G is. */
export const firsts = 4;
/** Queries are looked at every so often, and four of them share a point; a point of a loss is as many characters. */
export const every = 16;
export const stretch = 4 * every;
