import type { Published } from '@/shell/share/code';

const conferences: Record<string, string> = {
  AAAI: 'AAAI Conference on Artificial Intelligence',
  ACL: 'Annual Meeting of the Association for Computational Linguistics',
  ASE: 'International Conference on Automated Software Engineering',
  ASPLOS: 'International Conference on Architectural Support for Programming Languages and Operating Systems',
  CIKM: 'International Conference on Information and Knowledge Management',
  COLM: 'Conference on Language Modeling',
  CVPR: 'Conference on Computer Vision and Pattern Recognition',
  ECCV: 'European Conference on Computer Vision',
  EMNLP: 'Conference on Empirical Methods in Natural Language Processing',
  ICCV: 'International Conference on Computer Vision',
  ICLR: 'International Conference on Learning Representations',
  ICML: 'International Conference on Machine Learning',
  ICSE: 'International Conference on Software Engineering',
  IJCAI: 'International Joint Conference on Artificial Intelligence',
  IPDPS: 'International Parallel and Distributed Processing Symposium',
  ISPASS: 'International Symposium on Performance Analysis of Systems and Software',
  'LREC-COLING': 'Joint International Conference on Computational Linguistics, Language Resources and Evaluation',
  MLSys: 'Conference on Machine Learning and Systems',
  NAACL: 'Conference of the North American Chapter of the Association for Computational Linguistics',
  NeurIPS: 'Advances in Neural Information Processing Systems',
  SIGCOMM: 'Conference of the ACM Special Interest Group on Data Communication',
};
const journals: Record<string, string> = {
  TACL: 'Transactions of the Association for Computational Linguistics',
  TMLR: 'Transactions on Machine Learning Research',
  'Software and Systems Modeling': 'Software and Systems Modeling',
};

/** published(venue): how a bibliography says where a paper came out; undefined for what stands at arXiv alone. Throws for a venue it does not know. */
export function published(venue: string | undefined): Published | undefined {
  if (!venue || venue === 'arXiv') return undefined;
  const [, findings, series, digits] = /^(Findings of )?(.+?) (\d{4})$/.exec(venue) ?? [];
  const year = Number(digits);
  if (series && journals[series]) return { type: 'article', where: journals[series], year };
  if (series && conferences[series])
    return {
      type: 'inproceedings',
      where: findings ? `Findings of the Association for Computational Linguistics (${series})` : `${conferences[series]} (${series})`,
      year,
    };
  // Said as it is: "SCOPE workshop at ICLR 2025".
  const workshop = /\bworkshops?\b/.test(venue) && /\b(\d{4})\b/.exec(venue);
  if (workshop) return { type: 'inproceedings', where: venue, year: Number(workshop[1]) };
  throw new Error(`src/site/venues.ts does not know the venue ${venue}`);
}
