// npm @apollo/client: HTTP with documents by their hash, and GraphQLWsLink.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Events, add, addRoom, bearer, board, location, roomName, socketUrl, url } from './office.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

// client also tells which bodies it sent.
function client(role, ...links) {
  const sent = [];
  const http = new HttpLink({
    uri: url,
    headers: bearer(role),
    fetch: (at, init) => {
      sent.push(init.body === undefined ? init.method : JSON.parse(init.body));
      return fetch(at, init);
    },
  });
  const c = new ApolloClient({
    cache: new InMemoryCache(), link: ApolloLink.from([...links, http]), defaultOptions: { query: { fetchPolicy: 'network-only' } },
  });
  return { sent, query: (text, variables) => c.query({ query: gql(text), variables }), c };
}

test('a query and a mutation', async () => {
  const { query, c } = client('MANAGER');
  const { data } = await query('{ locations { id } }');
  assert.equal(data.locations[0].id, location);
  const name = roomName();
  const added = await c.mutate({ mutation: gql(addRoom), variables: { location, name } });
  assert.equal(added.data.addRoom.room.name, name);
});

// The first time the document is not known; then its hash is enough.
for (const useGETForHashedQueries of [false, true]) {
  test(`documents by their hash${useGETForHashedQueries ? ', with GET' : ''}`, async () => {
    const { query, sent } = client('MANAGER', new PersistedQueryLink({ sha256, useGETForHashedQueries }));
    const text = `query Hashed${useGETForHashedQueries ? 'Get' : ''} { locations { id } }`;
    for (let i = 0; i < 2; i++) assert.equal((await query(text)).data.locations[0].id, location);
    const kinds = sent.map((body) => body.query !== undefined ? 'text' : body === 'GET' ? 'get' : 'hash');
    const short = useGETForHashedQueries ? 'get' : 'hash';
    assert.deepEqual(kinds, [short, 'text', short]);
  });
}

test('errors come with their codes', async () => {
  for (const [role, text, code] of [
    ['MANAGER', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['MANAGER', `{ ${'me { '.repeat(12)} id ${' }'.repeat(12)} }`, 'DEPTH_LIMIT_EXCEEDED'],
    ['MANAGER', '{ patient(by: {}) { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['BOARD', '{ patients { totalCount } }', 'FORBIDDEN'],
    ['nobody', '{ locations { id } }', 'UNAUTHENTICATED'],
  ]) {
    await assert.rejects(client(role).query(text), (error) => {
      assert.ok(CombinedGraphQLErrors.is(error), String(error));
      assert.equal(error.errors[0].extensions.code, code);
      return true;
    });
  }
});

test('the board over GraphQLWsLink', async () => {
  const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: bearer('BOARD') });
  const c = new ApolloClient({ cache: new InMemoryCache(), link: new GraphQLWsLink(socket) });
  const events = new Events();
  const running = c.subscribe({ query: gql(board), variables: { location } }).subscribe({ next: events.put, error: events.fail });
  await events.snapshot();
  await events.change(await add());
  running.unsubscribe();
  await socket.dispose();
});
