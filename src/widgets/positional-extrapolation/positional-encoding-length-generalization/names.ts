import type { Encoding } from '@/mechanisms/positional-extrapolation/positional-encoding-length-generalization-setting';

export const lookNames = {
  train: 'a training',
  terms: 'what each encoding adds',
  count: 'how it works without',
  alike: 'whose attention is alike',
  text: 'a language model',
} as const;
export type Look = keyof typeof lookNames;

/** In the order of the paper: what is told least comes last. */
export const encodingNames = {
  ape: 'APE (sinusoidal)',
  t5: 'T5 bias',
  alibi: 'ALiBi',
  rope: 'RoPE',
  nope: 'none (NoPE)',
} as const satisfies Record<Encoding, string>;

/** The same where there is little room. */
export const shortNames = { ape: 'APE', t5: 'T5', alibi: 'ALiBi', rope: 'RoPE', nope: 'NoPE' } as const satisfies Record<Encoding, string>;

/** Each encoding has its colour: none is the paper's method, the others have those of a set. */
export const colours = {
  ape: 'var(--device-1)',
  t5: 'var(--device-2)',
  alibi: 'var(--device-4)',
  rope: 'var(--device-3)',
  nope: 'var(--method)',
} as const satisfies Record<Encoding, string>;

/** Positions that are looked at where nothing is trained: twice what the paper trained on. */
export const positions = 40;
/** Channels of the sinusoids and of the rotations there. */
export const channels = 16;

/** Characters that a model reads, and those whose loss is averaged to a point. */
export const characters = 1024;
export const stretch = 64;
export const stretches = characters / stretch;
