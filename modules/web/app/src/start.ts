// The start page: sign in, then watch the exam-room board.
import { showBoard } from './board';
import meDocument from '../../../../graph/document/me.graphql?raw';
import signInDocument from '../../../../graph/document/sign-in.graphql?raw';
import { ask, endpoint, GraphError, token } from './graph';

interface Office {
  name: string;
  version: string;
  demo: { username: string; password: string; role: string; displayName: string }[] | null;
}

const main = document.getElementById('main')!;
const who = document.getElementById('who')!;
document.getElementById('endpoint')!.textContent = location.origin + endpoint;

async function signIn(username: string, password: string) {
  const { signIn: got } = await ask<{
    signIn: { token: string | null; userErrors: { message: string }[] };
  }>(signInDocument, { input: { username, password } });
  if (!got.token) throw new GraphError(got.userErrors[0]?.message ?? 'refused', 'UNAUTHENTICATED');
  token.set(got.token);
  await show();
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Record<string, string | boolean> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const e = document.createElement(name);
  Object.assign(e, properties);
  e.append(...children);
  return e;
}

function signInForm(office: Office) {
  const problem = element('p', { className: 'problem', role: 'alert' });
  const username = element('input', { name: 'username', autocomplete: 'username', required: true });
  const password = element('input', {
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
  });
  const attempt = (name: string, secret: string) =>
    signIn(name, secret).catch((error: Error) => (problem.textContent = error.message));
  const form = element(
    'form',
    { className: 'sign-in' },
    element('h2', {}, `Sign in to ${office.name}`),
    element('label', {}, 'Name ', username),
    element('label', {}, 'Password ', password),
    element('button', { type: 'submit' }, 'Sign in'),
    problem,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(username.value, password.value);
  });
  main.replaceChildren(form);
  if (!office.demo) return;
  const list = element('ul', { className: 'demo' });
  for (const account of office.demo) {
    const button = element('button', { type: 'button' }, `${account.displayName}, ${account.role.toLowerCase().replaceAll('_', ' ')}`);
    button.addEventListener('click', () => void attempt(account.username, account.password));
    list.append(element('li', {}, button, ` ${account.username} / ${account.password}`));
  }
  main.append(element('h2', {}, 'This office is invented. Be anybody:'), list);
}

async function show() {
  const office: Office = await (await fetch('/office.json')).json();
  document.title = office.name;
  try {
    const { me } = await ask<{ me: { name: string; roles: string[] } | null }>(meDocument);
    if (!me) return signInForm(office);
    const out = element('button', { type: 'button' }, 'Sign out');
    out.addEventListener('click', () => {
      token.clear();
      location.reload();
    });
    who.replaceChildren(`${me.name} (${me.roles.join(', ')}) `, out);
    await showBoard(main);
  } catch (error) {
    if (error instanceof GraphError && error.code === 'UNAUTHENTICATED') token.clear();
    signInForm(office);
  }
}

void show().catch((error: Error) => (main.textContent = error.message));
