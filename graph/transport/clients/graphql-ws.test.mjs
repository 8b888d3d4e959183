// npm graphql-ws, the reference client of graphql-transport-ws.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Events, add, addRoom, bearer, board, location, mostOperations, roomName, socketUrl, until, within } from './office.mjs';

const opened = [];
afterEach(async () => {
  for (const client of opened.splice(0)) await client.dispose();
});

function connect(role, options = {}) {
  const client = createClient({
    url: socketUrl, webSocketImpl: WebSocket, connectionParams: bearer(role), retryAttempts: 0, ...options,
  });
  opened.push(client);
  return client;
}

// ask is the one result of a query or mutation.
async function ask(client, query, variables) {
  const results = [];
  for await (const result of client.iterate({ query, variables })) results.push(result);
  assert.equal(results.length, 1);
  return results[0];
}

// watch subscribes; events.dispose ends it.
function watch(client, payload = { query: board, variables: { location } }) {
  const events = new Events();
  events.completed = new Promise((resolve) => {
    events.dispose = client.subscribe(payload, { next: events.put, error: events.fail, complete: resolve });
  });
  return events;
}

test('a query and a mutation', async () => {
  const client = connect('MANAGER');
  const { data } = await ask(client, '{ locations { id } }');
  assert.deepEqual(data, { locations: [{ id: location }] });
  const name = roomName();
  const added = await ask(client, addRoom, { location, name });
  assert.equal(added.data.addRoom.room.name, name);
});

test('errors come with their codes', async () => {
  const client = connect('BOARD');
  const { data, errors } = await ask(client, '{ patients { totalCount } }');
  assert.deepEqual([data, errors[0].extensions.code], [{ patients: null }, 'FORBIDDEN']);
  await assert.rejects(ask(client, '{ nothing }'), ([error]) => error.extensions.code === 'GRAPHQL_VALIDATION_FAILED');
});

test('the board', async () => {
  const events = watch(connect('BOARD'));
  await events.snapshot();
  await events.change(await add());
});

test('two ids on one socket', async () => {
  let sockets = 0;
  const client = connect('BOARD', { on: { connected: () => sockets++ } });
  const [one, other] = [watch(client), watch(client)];
  await Promise.all([one.snapshot(), other.snapshot()]);
  const name = await add();
  await Promise.all([one.change(name), other.change(name)]);
  one.dispose();
  await within(one.completed, 'the end of one');
  await other.change(await add());
  assert.equal(sockets, 1);
});

test('a dropped socket: it comes back and goes on after the last event', async () => {
  let socket, since, missed;
  let sockets = 0;
  const client = connect('BOARD', {
    retryAttempts: 1,
    retryWait: async () => { missed = [await add(), await add()]; }, // while nobody listens
    on: { connected: (s) => { socket = s; sockets++; } },
  });
  const events = watch(client, { query: board, variables: { location, get since() { return since; } } });
  await events.snapshot();
  ({ cursor: since } = await events.change(await add()));
  socket.terminate();
  await until('it comes back', () => missed);
  for (const name of missed) await events.change(name);
  await events.change(await add());
  assert.equal(sockets, 2);
});

test('a wrong token: 4403', async () => {
  const client = connect('BOARD', { connectionParams: { Authorization: 'Bearer mo_tok_wrong' } });
  await assert.rejects(ask(client, '{ me { id } }'), (event) => event.code === 4403);
});

// A socket carries so many operations: that there is room for one more proves
// that the server has ended the one that was disposed of.
test('dispose stops it on the server', async () => {
  const client = connect('BOARD');
  const running = Array.from({ length: mostOperations }, () => watch(client));
  for (const events of running) await events.snapshot();
  await assert.rejects(watch(client).next(), ([error]) => error.extensions.code === 'LIMIT_EXCEEDED');
  running[0].dispose();
  await until('there is room for one more', () => watch(client).snapshot().then(() => true, () => false));
  const name = await add();
  await running[1].change(name);
});
