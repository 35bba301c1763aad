/** Words of what fetches a model: that may be at work before the figures are there, and brings none of theirs. */
export const modelWords = {
  unreachable: 'the model could not be fetched: is there a network?',
};
