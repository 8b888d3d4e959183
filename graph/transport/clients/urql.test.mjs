// npm urql, whose subscriptions go over graphql-ws.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-ws';
import { Client, fetchExchange, subscriptionExchange } from 'urql';
import { subscribe } from 'wonka';
import WebSocket from 'ws';
import { Events, add, addRoom, bearer, board, location, roomName, socketUrl, url } from './office.mjs';

// urql aborts each request when it has its answer; the fetch of Node 20 then at
// times rejects a promise that nobody holds. So urql gets answers that have
// ended.
async function whole(at, init) {
  const response = await fetch(at, init);
  return new Response(await response.text(), { status: response.status, headers: response.headers });
}

const client = (role, ...exchanges) => new Client({
  url, fetch: whole, fetchOptions: { headers: bearer(role) }, preferGetMethod: false, exchanges: [...exchanges, fetchExchange],
});

test('a query with POST and with GET, and a mutation', async () => {
  const c = client('MANAGER');
  for (const preferGetMethod of [false, 'force']) {
    const { data, error } = await c.query('query Sites { locations { id } }', {}, { preferGetMethod });
    assert.equal(error, undefined);
    assert.equal(data.locations[0].id, location);
  }
  const name = roomName();
  const { data } = await c.mutation(addRoom, { location, name });
  assert.equal(data.addRoom.room.name, name);
});

test('errors come with their codes', async () => {
  const { error } = await client('BOARD').query('{ patients { totalCount } }', {});
  assert.equal(error.graphQLErrors[0].extensions.code, 'FORBIDDEN');
});

test('the board', async () => {
  const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: bearer('BOARD') });
  const c = client('BOARD', subscriptionExchange({
    forwardSubscription: (request) => ({
      subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query: request.query ?? '' }, sink) }),
    }),
  }));
  const events = new Events();
  const { unsubscribe } = subscribe((result) => events.put({ data: result.data, errors: result.error }))(
    c.subscription(board, { location }),
  );
  await events.snapshot();
  await events.change(await add());
  unsubscribe();
  await socket.dispose();
});
