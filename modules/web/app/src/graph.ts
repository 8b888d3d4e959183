// The graph as this application calls it: one POST for questions and acts, one
// WebSocket for what is watched. The session token lives as long as the tab.
import { createClient } from 'graphql-ws';

const key = 'medoffice.token';

export const token = {
  get: () => sessionStorage.getItem(key),
  set: (value: string) => sessionStorage.setItem(key, value),
  clear: () => sessionStorage.removeItem(key),
};

export const endpoint = '/graphql';

const socketAddress = () => location.origin.replace(/^http/, 'ws') + endpoint;

export class GraphError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

export async function ask<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  const secret = token.get();
  if (secret) headers.Authorization = `Bearer ${secret}`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  if (answer.errors?.length) {
    const [first] = answer.errors;
    throw new GraphError(first.message, first.extensions?.code ?? 'INTERNAL');
  }
  return answer.data as T;
}

export const client = () =>
  createClient({
    url: socketAddress(),
    // Without a token the socket comes with the session cookie, if there is one.
    connectionParams: () => (token.get() ? { Authorization: `Bearer ${token.get()}` } : {}),
    retryAttempts: Infinity,
    shouldRetry: () => true,
    // The first tries come quickly: a server that restarts is back in a second.
    retryWait: (tries) => new Promise((done) => setTimeout(done, Math.min(250 * 2 ** tries, 10_000))),
  });
