/** Words that a page has from its build: of what does not come alive, or cannot. */
export const pageWords = {
  noScript: 'Each scene is a page; with JavaScript on, it can be played with.',
  loadFailed: 'The interactive part could not be loaded; the picture is the default setting. Reloading the page tries again.',
};
