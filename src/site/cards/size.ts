/** What sites that show links ask of a picture: 1.91 to 1. */
export const size = { width: 1200, height: 630 } as const;
