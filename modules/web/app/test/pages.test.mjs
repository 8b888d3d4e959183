// The pages as a visitor uses them, in a real browser.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const demo = JSON.parse(readFileSync(process.env.MEDOFFICE_DEMO, 'utf8'));
let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

after(() => browser?.close());

/** open gives a page that fails the test on any error and any outside address. */
async function open(path) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (r) => {
    if (!/^(data:|blob:|https?:\/\/127\.0\.0\.1)/.test(r.url())) problems.push(`outside: ${r.url()}`);
  });
  await page.goto(demo.url + path);
  return { page, problems };
}

async function signIn(page, role) {
  const account = demo.accounts.find((a) => a.role === role);
  await page.getByLabel('Name').fill(account.username);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('a nurse signs in and sees a board that moves', async () => {
  const { page, problems } = await open('/');
  await signIn(page, 'NURSE');
  await page.locator('.room').first().waitFor();
  assert.ok((await page.locator(".room").count()) >= 3);
  const first = await page.locator('#status').textContent();
  await page.waitForFunction((old) => document.getElementById('status').textContent !== old, first, { timeout: 30_000 });
  if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
  assert.deepEqual(problems, []);
});

test('a wrong password is refused in words', async () => {
  const { page } = await open('/');
  await page.getByLabel('Name').fill('nobody');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('the name or the password is wrong').waitFor();
});

/** call sends a document to the graph without a browser. */
async function call(query, variables, token) {
  const response = await fetch(demo.url + '/graphql', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()).data;
}

/** code makes a code of RFC 6238 for a key in base32, some steps of 30 s from now. */
function code(key, away) {
  const bits = [...key].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const step = Buffer.alloc(8);
  step.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30_000) + away));
  const sum = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))).update(step).digest();
  return String((sum.readUInt32BE(sum[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

test('who has a second factor is asked for its code', async () => {
  const { username, password } = demo.accounts.find((a) => a.role === 'BILLER');
  const { signIn: session } = await call(
    'mutation($u: String!, $p: String!) { signIn(input: {username: $u, password: $p}) { token } }',
    { u: username, p: password });
  const { setUpSecondFactor: made } = await call(
    'mutation($p: String!) { setUpSecondFactor(input: {password: $p}) { uri } }', { p: password }, session.token);
  const key = new URL(made.uri).searchParams.get('secret');
  const { confirmSecondFactor: on } = await call(
    'mutation($c: String!) { confirmSecondFactor(input: {code: $c}) { recoveryCodes } }', { c: code(key, 0) }, session.token);
  assert.equal(on.recoveryCodes.length, 10);
  const { page, problems } = await open('/');
  assert.equal(await page.getByLabel('Code').isVisible(), false);
  await signIn(page, 'BILLER');
  await page.getByLabel('Code').fill(code(key, 1));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('(BILLER)').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Name').waitFor();
  assert.deepEqual(problems, []);
});

test('GraphiQL runs a query', async () => {
  const { page, problems } = await open('/');
  await signIn(page, 'PHYSICIAN');
  await page.locator('.room').first().waitFor();
  await page.goto(demo.url + '/graphiql.html');
  await page.locator('.graphiql-query-editor .CodeMirror').waitFor();
  await page.waitForLoadState('networkidle'); // the schema is there
  await page.getByRole('button', { name: /execute query/i }).click();
  await page.waitForFunction(() => document.querySelector('.graphiql-response')?.textContent.includes('"mrn"'));
  assert.deepEqual(problems, []);
});
