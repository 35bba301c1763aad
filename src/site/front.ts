/** The figure that stands for the site: on its first page, and on the card of every page without one of its own. */
export const front = { slug: 'hip-attention', scene: 'smooth' } as const;

export const question = 'How do models cope with long sequences?';
