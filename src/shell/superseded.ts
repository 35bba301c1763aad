/**
 * Why a question is not answered: a newer one of the same figure took its place. In a file by itself, because a page's worker is started while
 * the figures' own files are still on their way.
 */
export const superseded = 'superseded';
