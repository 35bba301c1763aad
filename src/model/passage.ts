/**
 * A passage that no resident model was trained on: the beginning of the last chapter (31) of Northanger Abbey, by Jane Austen (1817, in the
 * public domain), within the last twentieth of the novel, which is held out.
 */
export const passage = [
  "Mr. and Mrs. Morland's surprise on being applied to by Mr. Tilney for their consent to his marrying their daughter ",
  'was, for a few minutes, considerable, it having never entered their heads to suspect an attachment on either side; ',
  "but as nothing, after all, could be more natural than Catherine's being beloved, they soon learnt to consider it with ",
  'only the happy agitation of gratified pride, and, as far as they alone were concerned, had not a single objection to ',
  'start. His pleasing manners and good sense were self-evident recommendations; and having never heard evil of him, it ',
  'was not their way to suppose any evil could be told. Goodwill supplying the place of experience, his character needed ',
  'no attestation. "Catherine would make a sad, heedless young housekeeper to be sure," was her mother\'s foreboding ',
  'remark; but quick was the consolation of there being nothing like practice.\n',
  'There was but one obstacle, in short, to be mentioned; but till that one was removed, it must be impossible for them ',
  'to sanction the engagement. Their tempers were mild, but their principles were steady, and while his parent so ',
  'expressly forbade the connection, they could not allow themselves to encourage it.',
].join('');
