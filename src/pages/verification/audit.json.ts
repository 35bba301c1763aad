import { report } from '@/site/audit/report';

/** Everything that the audit measured, as data. */
export const GET = () => new Response(JSON.stringify(report));
