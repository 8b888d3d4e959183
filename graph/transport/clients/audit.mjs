// The audits of GraphQL over HTTP, by npm graphql-http.
import { auditServer } from 'graphql-http';
const url = process.argv[2] ?? 'http://127.0.0.1:8080/graphql';
const results = await auditServer({ url, fetchFn: fetch });
let bad = 0;
for (const r of results) {
  if (r.status === 'ok') continue;
  bad++;
  console.log(r.status, r.id, r.name, r.reason);
}
console.log(`${results.length - bad} of ${results.length} audits pass`);
