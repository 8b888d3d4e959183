// GraphiQL, served by the office itself: nothing is loaded from elsewhere.
import 'graphiql/graphiql.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { client, endpoint, token } from './graph';

const secret = token.get();
const headers: Record<string, string> = secret ? { Authorization: `Bearer ${secret}` } : {};

const welcome = `# Sign in on the start page first, or put {"Authorization": "Bearer TOKEN"} under Headers.
query Patients {
  patients(first: 10) {
    nodes { id mrn name { text } birthDate age sex }
    pageInfo { hasNextPage endCursor }
  }
}
`;

createRoot(document.getElementById('graphiql')!).render(
  <GraphiQL
    fetcher={createGraphiQLFetcher({ url: endpoint, headers, wsClient: client() as never })}
    defaultQuery={welcome}
    defaultHeaders={JSON.stringify(headers, null, 2)}
    shouldPersistHeaders={false}
  />,
);
