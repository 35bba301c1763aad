/** Passages that no model here was trained on, from the last twentieth of four of Jane Austen's novels, and where each is from. */
export const passages = {
  persuasion: 'Persuasion, chapter 24',
  mansfield: 'Mansfield Park, chapter 48',
  emma: 'Emma, volume III, chapter 17',
  northanger: 'Northanger Abbey, chapter 31',
} as const;

export type Passage = keyof typeof passages;
