// The pages as a visitor uses them, in a real browser.
import assert from 'node:assert/strict';
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
