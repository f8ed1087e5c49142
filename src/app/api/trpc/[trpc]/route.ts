import { webNodeHandler } from '../../../../api/web-node.ts';

export const dynamic = 'force-dynamic';

const handle = (request: Request): Promise<Response> => webNodeHandler()(request);

export { handle as GET, handle as POST };
