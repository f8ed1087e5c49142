import { webNode } from '../../../../api/web-node.ts';

export const dynamic = 'force-dynamic';

const handle = async (request: Request): Promise<Response> => (await webNode()).handle(request);

// Every method, so that a wrong one is told so as a problem too.
export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
};
