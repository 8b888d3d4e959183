// The running office as its test tells of it: where its graph is, a token for
// each role, and the site whose board is watched.
import assert from 'node:assert/strict';

export const url = process.env.MEDOFFICE_GRAPH;
export const tokens = JSON.parse(process.env.MEDOFFICE_TOKENS ?? '{}');
export const location = process.env.MEDOFFICE_LOCATION;
export const socketUrl = url?.replace(/^http/, 'ws');
export const bearer = (role) => ({ Authorization: `Bearer ${tokens[role]}` });

// So many operations one socket carries, and so many streams a caller has, in
// the office of these tests.
export const mostOperations = Number(process.env.MEDOFFICE_OPERATIONS);
export const mostStreams = Number(process.env.MEDOFFICE_STREAMS);

export const board = `subscription Board($location: ID!, $since: String) {
  roomBoard(location: $location, since: $since) {
    __typename
    ... on RoomBoardSnapshot { cursor resync rooms { room { id name } } }
    ... on RoomBoardChange { cursor room { room { id name } } }
    ... on RoomBoardHeartbeat { cursor }
  }
}`;

export const addRoom = `mutation Add($location: ID!, $name: String!) {
  addRoom(input: { locationId: $location, name: $name }) { room { id name } userErrors { code message } }
}`;

let rooms = 0;
// A name that no room has yet.
export const roomName = () => `Room ${process.pid}-${++rooms}`;

// add gives the site one more room, by a request that no client under test makes.
export async function add(name = roomName()) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...bearer('MANAGER') },
    body: JSON.stringify({ query: addRoom, variables: { location, name } }),
  });
  const { data, errors } = await response.json();
  assert.deepEqual([errors, data?.addRoom.userErrors], [undefined, []]);
  return name;
}

// Events gathers what a stream tells, and hands it out one by one.
export class Events {
  #told = [];
  #waiting = [];
  #end;

  put = (event) => {
    const waits = this.#waiting.shift();
    if (waits) waits.resolve(event);
    else this.#told.push(event);
  };

  fail = (error) => {
    this.#end = error;
    for (const waits of this.#waiting.splice(0)) waits.reject(error);
  };

  // next is the next event, within 20 seconds.
  next() {
    if (this.#told.length > 0) return Promise.resolve(this.#told.shift());
    if (this.#end) return Promise.reject(this.#end);
    return within(new Promise((resolve, reject) => this.#waiting.push({ resolve, reject })), 'an event');
  }

  // board is the next thing that the board tells, heartbeats aside.
  async board() {
    for (;;) {
      const event = await this.next();
      assert.equal(event.errors, undefined);
      if (event.data.roomBoard.__typename !== 'RoomBoardHeartbeat') return event.data.roomBoard;
    }
  }

  async snapshot() {
    const told = await this.board();
    assert.equal(told.__typename, 'RoomBoardSnapshot');
    return told;
  }

  // change is the next change, which is of the room of this name.
  async change(name) {
    const told = await this.board();
    assert.deepEqual([told.__typename, told.room?.room.name], ['RoomBoardChange', name]);
    return told;
  }
}

// within waits for what must come.
export function within(promise, what, milliseconds = 20_000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// until repeats a question until its answer is yes.
export async function until(what, ask) {
  for (const end = Date.now() + 20_000; !(await ask()); await new Promise((done) => setTimeout(done, 20))) {
    assert.ok(Date.now() < end, `${what}: it did not come to that`);
  }
}
