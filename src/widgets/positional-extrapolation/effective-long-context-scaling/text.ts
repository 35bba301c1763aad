/** The resident model: its window in training, and the channels of a head. */
export const textModel = { window: 256, channels: 32 };
/** Characters whose loss is averaged to one point. */
export const width = 64;
/** By what the positions of the model that was trained on were divided. */
export const tunedFactor = 4;
