/** Changes only with a deployment, and nobody is hurt by what was true a moment ago. */
const FRESH_S = 300;

/** A document for everyone, tools in browsers of other sites included: nothing in it is anybody's own. */
export function publicDocument(body: object): Response {
  return Response.json(body, {
    headers: { 'Cache-Control': `public, max-age=${FRESH_S}`, 'Access-Control-Allow-Origin': '*' },
  });
}
