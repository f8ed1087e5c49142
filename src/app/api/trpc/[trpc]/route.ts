import { webNode } from '../../../../api/web-node.ts';

export const dynamic = 'force-dynamic';

const handle = async (request: Request): Promise<Response> => (await webNode()).handle(request);

export { handle as GET, handle as POST };
