// The exam-room board: a snapshot, then changes in order. The cursor of the
// last change is kept, so that a reconnect continues where it was.
import locationsDocument from '../../../../graph/document/locations.graphql?raw';
import boardDocument from '../../../../graph/document/room-board.graphql?raw';
import { ask, client } from './graph';

interface BoardVisit {
  visit: { id: string };
  patientLabel: string;
  stage: { name: string; category: string; color: string } | null;
  stageSince: string;
  alertAt: string | null;
  late: boolean;
  providerName: string | null;
  checklist: { done: number; total: number };
  badges: string[];
}

interface BoardRoom {
  room: { id: string; name: string };
  status: string;
  since: string;
  visit: BoardVisit | null;
}

interface BoardArrival {
  appointmentId: string;
  patientLabel: string;
  expectedAt: string;
  what: string;
  overbooked: boolean;
  providerName: string | null;
}

type BoardEvent =
  | { __typename: 'RoomBoardSnapshot'; cursor: string; rooms: BoardRoom[]; waiting: BoardVisit[]; expected: BoardArrival[] }
  | { __typename: 'RoomBoardChange'; cursor: string; room: BoardRoom | null; visit: BoardVisit | null; arrival: BoardArrival | null; left: boolean }
  | { __typename: 'RoomBoardHeartbeat'; cursor: string; at: string };

class Board {
  rooms = new Map<string, BoardRoom>();
  waiting = new Map<string, BoardVisit>();
  expected = new Map<string, BoardArrival>();

  apply(event: BoardEvent) {
    if (event.__typename === 'RoomBoardSnapshot') {
      this.rooms = new Map(event.rooms.map((r) => [r.room.id, r]));
      this.waiting = new Map(event.waiting.map((v) => [v.visit.id, v]));
      this.expected = new Map(event.expected.map((a) => [a.appointmentId, a]));
    }
    if (event.__typename !== 'RoomBoardChange') return;
    const { room, visit, arrival } = event;
    if (room) {
      this.rooms.set(room.room.id, room);
      if (room.visit) this.waiting.delete(room.visit.visit.id);
    }
    if (visit) {
      if (event.left) this.waiting.delete(visit.visit.id);
      else this.waiting.set(visit.visit.id, visit);
    }
    if (arrival) {
      if (event.left) this.expected.delete(arrival.appointmentId);
      else this.expected.set(arrival.appointmentId, arrival);
    }
  }
}

const text = (tag: string, className: string, value: string) => {
  const e = document.createElement(tag);
  e.className = className;
  e.textContent = value;
  return e;
};

const minutes = (since: string) => Math.max(0, Math.floor((Date.now() - Date.parse(since)) / 60_000));

function visitCard(v: BoardVisit) {
  const card = document.createElement('div');
  const late = v.late || (v.alertAt !== null && Date.parse(v.alertAt) < Date.now());
  card.className = late ? 'visit late' : 'visit';
  card.style.borderLeftColor = v.stage?.color ?? '#888';
  const since = text('time', 'since', `${minutes(v.stageSince)} min`);
  since.dataset.since = v.stageSince;
  card.append(
    text('strong', 'patient', v.patientLabel),
    text('span', 'stage', v.stage?.name ?? ''),
    since,
    text('span', 'provider', v.providerName ?? ''),
    text('span', 'checks', v.checklist.total ? `${v.checklist.done}/${v.checklist.total} ready` : ''),
    ...v.badges.map((b) => text('span', 'badge', b.toLowerCase().replaceAll('_', ' '))),
  );
  return card;
}

// Times are told as on the clock on the wall of the office.
let zone: string | undefined;
const clock = () => new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit', timeZone: zone });

function arrivalCard(a: BoardArrival) {
  const card = document.createElement('div');
  card.className = Date.parse(a.expectedAt) < Date.now() ? 'arrival overdue' : 'arrival';
  const at = text('time', 'at', clock().format(Date.parse(a.expectedAt)));
  card.append(at, text('strong', 'patient', a.patientLabel), text('span', 'what', a.what), text('span', 'provider', a.providerName ?? ''));
  if (a.overbooked) card.append(text('span', 'badge', 'overbooked'));
  return card;
}

function draw(target: HTMLElement, board: Board) {
  const rooms = document.createElement('section');
  rooms.className = 'rooms';
  for (const r of board.rooms.values()) {
    const card = document.createElement('article');
    card.className = `room ${r.status.toLowerCase()}`;
    card.append(text('h3', '', r.room.name), text('span', 'status', r.status.toLowerCase().replaceAll('_', ' ')));
    if (r.visit) card.append(visitCard(r.visit));
    rooms.append(card);
  }
  const waiting = document.createElement('section');
  waiting.className = 'waiting';
  waiting.append(text('h2', '', `Waiting (${board.waiting.size})`));
  const longest = [...board.waiting.values()].sort((a, b) => a.stageSince.localeCompare(b.stageSince));
  waiting.append(...longest.map(visitCard));
  const expected = document.createElement('section');
  expected.className = 'expected';
  expected.append(text('h2', '', `Expected (${board.expected.size})`), text('p', 'zone', zone ?? ''));
  const next = [...board.expected.values()].sort((a, b) => a.expectedAt.localeCompare(b.expectedAt));
  const list = document.createElement('div');
  list.append(...next.map(arrivalCard));
  expected.append(list);
  const left = document.createElement('div');
  left.append(rooms, expected);
  target.replaceChildren(left, waiting);
}

/** watch follows the board of a location until the returned function is called. */
function watch(target: HTMLElement, location: string) {
  const board = new Board();
  const status = document.getElementById('status')!;
  let since: string | null = null;
  const socket = client();
  const variables = {
    location,
    // Read when the socket (re)connects, so that nothing is lost or repeated.
    get since() {
      return since;
    },
  };
  const stop = socket.subscribe<{ roomBoard: BoardEvent }>(
    { query: boardDocument, variables },
    {
      next: ({ data, errors }) => {
        if (errors?.length) status.textContent = errors[0].message;
        if (!data) return;
        since = data.roomBoard.cursor;
        board.apply(data.roomBoard);
        status.textContent = `Live at ${since}.`;
        draw(target, board);
      },
      error: (error) => (status.textContent = Array.isArray(error) ? error[0].message : 'The connection is lost.'),
      complete: () => (status.textContent = 'The board has ended.'),
    },
  );
  const clock = setInterval(() => draw(target, board), 30_000);
  return () => {
    clearInterval(clock);
    stop();
    void socket.dispose();
  };
}

export async function showBoard(main: HTMLElement) {
  const { locations, practice } = await ask<{ locations: { id: string; name: string }[]; practice: { timeZone: string } | null }>(locationsDocument);
  zone = practice?.timeZone;
  const choice = document.createElement('nav');
  choice.className = 'locations';
  const target = document.createElement('div');
  target.className = 'board';
  main.replaceChildren(choice, target);
  let stop = () => {};
  const show = (id: string) => {
    stop();
    stop = watch(target, id);
    for (const b of choice.querySelectorAll('button')) b.setAttribute('aria-pressed', String(b.value === id));
  };
  for (const l of locations) {
    const button = document.createElement('button');
    button.value = l.id;
    button.textContent = l.name;
    button.addEventListener('click', () => show(l.id));
    choice.append(button);
  }
  if (locations.length) show(locations[0].id);
  else target.textContent = 'This office has no locations yet.';
}
