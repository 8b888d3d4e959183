// npm graphql-sse (distinct connections) and npm eventsource, which parses a
// stream as browsers do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventSource } from 'eventsource';
import { createClient } from 'graphql-sse';
import { Events, add, bearer, board, location, mostStreams, until, url, within } from './office.mjs';

const connect = (role, options = {}) => createClient({ url, headers: bearer(role), retryAttempts: 0, ...options });

function watch(client) {
  const events = new Events();
  events.dispose = client.subscribe({ query: board, variables: { location } }, {
    next: events.put, error: events.fail, complete: () => events.fail(new Error('the stream has ended')),
  });
  return events;
}

test('a query: one result, then complete', async () => {
  const results = [];
  for await (const result of connect('BOARD').iterate({ query: '{ locations { id } }' })) results.push(result);
  assert.deepEqual(results.map((r) => r.data), [{ locations: [{ id: location }] }]);
});

test('a document that is wrong: one result with errors, then complete', async () => {
  const results = [];
  for await (const result of connect('BOARD').iterate({ query: '{ nothing }' })) results.push(result);
  assert.deepEqual(results.map((r) => r.errors[0].extensions.code), ['GRAPHQL_VALIDATION_FAILED']);
});

test('the board', async () => {
  const events = watch(connect('BOARD'));
  await events.snapshot();
  await events.change(await add());
  events.dispose();
});

// A caller has so many streams: that there is room for one more proves that the
// server has ended the one that was aborted.
test('abort ends it on the server', async () => {
  const client = connect('BOARD');
  let running = [];
  await until('all streams are free', async () => {
    running = Array.from({ length: mostStreams }, () => watch(client));
    const opened = await Promise.allSettled(running.map((events) => events.snapshot()));
    if (opened.every((o) => o.status === 'fulfilled')) return true;
    for (const events of running) events.dispose();
    return false;
  });
  await assert.rejects(watch(client).next(), (error) => error.response?.status === 429);
  running[0].dispose();
  await until('one more stream', async () => {
    running[0] = watch(client);
    return running[0].snapshot().then(() => true, () => false);
  });
  const name = await add();
  for (const events of running) await events.change(name);
  for (const events of running) events.dispose();
});

// source opens an EventSource on a document. Each connection can be dropped. It
// is another caller's than the streams above, whose ends a busy server may not
// have heard of yet: an EventSource that is refused does not try again.
function source(query, variables) {
  const events = new Events();
  const asked = []; // what each connection said it had
  let drop;
  const target = `${url}?${new URLSearchParams({ query, variables: JSON.stringify(variables ?? {}) })}`;
  const stream = new EventSource(target, {
    fetch: async (at, init) => {
      asked.push(init.headers['Last-Event-ID']);
      const response = await fetch(at, { ...init, headers: { ...init.headers, ...bearer('NURSE') } });
      const cut = new AbortController();
      drop = () => cut.abort(new Error('the cable was pulled'));
      const through = new TransformStream();
      response.body.pipeTo(through.writable, { signal: cut.signal }).catch(() => {});
      return new Response(through.readable, { status: response.status, headers: response.headers });
    },
  });
  const completed = new Promise((resolve) => stream.addEventListener('complete', resolve));
  stream.addEventListener('next', (event) => events.put({ ...JSON.parse(event.data), id: event.lastEventId }));
  return { events, asked, completed, close: () => stream.close(), drop: () => drop() };
}

test('EventSource: a query ends with an event that it hears', async () => {
  const s = source('{ locations { id } }');
  assert.deepEqual((await s.events.next()).data, { locations: [{ id: location }] });
  assert.equal((await within(s.completed, 'complete')).data, '');
  s.close();
});

test('EventSource: a dropped stream goes on after the last event', async () => {
  const s = source(board, { location });
  const { data, id } = await s.events.next();
  assert.equal(data.roomBoard.cursor, id);
  const last = await s.events.change(await add());
  s.drop();
  const missed = [await add(), await add()]; // while nobody listens
  for (const name of missed) await s.events.change(name);
  await s.events.change(await add());
  assert.deepEqual(s.asked, [undefined, last.cursor]);
  s.close();
});
