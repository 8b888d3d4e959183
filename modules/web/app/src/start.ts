// The start page: sign in, then watch the exam-room board.
import { showBoard } from './board';
import meDocument from '../../../../graph/document/me.graphql?raw';
import signOutDocument from '../../../../graph/document/sign-out.graphql?raw';
import signInDocument from '../../../../graph/document/sign-in.graphql?raw';
import { ask, endpoint, GraphError, token } from './graph';

interface Office {
  name: string;
  version: string;
  oidc: string; // where the sign-in at an OpenID provider begins; '' where there is none
  demo: { username: string; password: string; role: string; displayName: string }[] | null;
}

const main = document.getElementById('main')!;
const who = document.getElementById('who')!;
document.getElementById('endpoint')!.textContent = location.origin + endpoint;

async function signIn(username: string, password: string, code: string) {
  const { signIn: got } = await ask<{
    signIn: { token: string | null; userErrors: { code: string; message: string }[] };
  }>(signInDocument, { input: { username, password, code: code || null } });
  const [problem] = got.userErrors;
  if (!got.token) throw new GraphError(problem?.message ?? 'refused', problem?.code ?? 'UNAUTHENTICATED');
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
  const code = element('input', { name: 'code', autocomplete: 'one-time-code', inputMode: 'numeric' });
  const codeField = element('label', { hidden: true }, 'Code ', code);
  const attempt = (name: string, secret: string, factor = '') =>
    signIn(name, secret, factor).catch((error: Error) => {
      problem.textContent = error.message;
      if (!(error instanceof GraphError) || error.code !== 'SECOND_FACTOR_REQUIRED') return;
      codeField.hidden = false;
      code.focus();
    });
  const form = element(
    'form',
    { className: 'sign-in' },
    element('h2', {}, `Sign in to ${office.name}`),
    element('label', {}, 'Name ', username),
    element('label', {}, 'Password ', password),
    codeField,
    element('button', { type: 'submit' }, 'Sign in'),
    problem,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(username.value, password.value, code.value);
  });
  main.replaceChildren(form);
  if (office.oidc) {
    form.append(element('p', {}, element('a', { href: office.oidc }, 'Sign in with your organisation')));
  }
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
      // A session that came as a cookie ends only at the server.
      void ask(signOutDocument, { input: {} })
        .catch(() => undefined)
        .then(() => {
          token.clear();
          location.reload();
        });
    });
    who.replaceChildren(`${me.name} (${me.roles.join(', ')}) `, out);
    await showBoard(main);
  } catch (error) {
    if (error instanceof GraphError && error.code === 'UNAUTHENTICATED') token.clear();
    signInForm(office);
  }
}

void show().catch((error: Error) => (main.textContent = error.message));
