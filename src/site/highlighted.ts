/** Code by its text, as it was highlighted: a paper's source stands on the page of each of its scenes. */
export const highlighted = new Map<string, string>();
