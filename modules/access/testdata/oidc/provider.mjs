// An OpenID provider for the tests: npm oidc-provider, which nobody here wrote,
// with people, their claims and the client given by the test. It takes a line
// of JSON on standard input at a time, {"ines": {claims}}, tells its port on
// standard output, and ends with its input. Each start makes new keys.
import { generateKeyPairSync } from 'node:crypto';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const { issuer, client, secret, redirect, claimsInToken } = JSON.parse(process.argv[2]);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), kid: `key-${process.pid}`, use: 'sig', alg: 'RS256' };
let people = {};

const provider = new Provider(issuer, {
  clients: [{ client_id: client, client_secret: secret, redirect_uris: [redirect], grant_types: ['authorization_code'], response_types: ['code'] }],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'] },
  // The other way of asking: the claims come from the userinfo endpoint.
  conformIdTokenClaims: !claimsInToken,
  cookies: { keys: ['only for tests'] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, sub) => people[sub] && { accountId: sub, claims: () => ({ sub, ...people[sub] }) },
  jwks: { keys: [key] },
  pkce: { required: () => true },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 3600, IdToken: 3600, Interaction: 600, Session: 3600 },
});
provider.proxy = true;

const server = provider.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
createInterface({ input: process.stdin })
  .on('line', (line) => {
    people = JSON.parse(line);
    console.log('people');
  })
  .on('close', () => process.exit(0));
