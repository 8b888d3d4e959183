// The audits of GraphQL over HTTP, by npm graphql-http. All must be ok: neither
// a notice nor a warning is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverAudits } from 'graphql-http';
import { bearer, url } from './office.mjs';

// Four audits ask for the name of a type. As it comes, the office shows its
// schema only to who has the permission, so they need a caller who has.
const closed = ['2EA1', '28B9', 'D6D5', '6A70'];

const callers = {
  'somebody who may read the schema': (at, init) => fetch(at, { ...init, headers: { ...init?.headers, ...bearer('MANAGER') } }),
  nobody: fetch,
};

for (const [who, fetchFn] of Object.entries(callers)) {
  const audits = serverAudits({ url, fetchFn });
  test(`as ${who}: there are as many audits as ever`, () => assert.equal(audits.length, 61));
  for (const audit of audits) {
    test(`as ${who}: ${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      if (who === 'nobody' && closed.includes(audit.id)) assert.notEqual(result.status, 'ok');
      else assert.equal(result.status, 'ok', `${result.status}: ${result.reason}`);
    });
  }
}
