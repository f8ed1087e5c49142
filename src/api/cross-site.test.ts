import { expect, test } from 'vitest';
import { isCrossSite } from './cross-site.ts';

const HOST = 'shop.example';

test.each<[string, boolean, Record<string, string>, string?]>([
  ['no browser', false, {}],
  ['a page of ours', false, { 'sec-fetch-site': 'same-origin', origin: `https://${HOST}` }],
  ['the customer’s own hand', false, { 'sec-fetch-site': 'none' }],
  ['another site', true, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['a sibling subdomain, whose calls carry a lax cookie', true, { 'sec-fetch-site': 'same-site' }],
  ['a value that nobody knows yet', true, { 'sec-fetch-site': 'adjacent-site' }],
  ['an older browser on a page of ours', false, { origin: `http://${HOST}` }],
  ['an older browser on another site', true, { origin: 'http://evil.example' }],
  ['our name on another port', true, { origin: `http://${HOST}:8080` }],
  ['a sandboxed frame', true, { origin: 'null' }],
  ['reading is harmless', false, { 'sec-fetch-site': 'cross-site' }, 'GET'],
])('%s', (_, crossSite, headers, method = 'POST') => {
  expect(isCrossSite({ method, headers: new Headers({ host: HOST, ...headers }) })).toBe(crossSite);
});
