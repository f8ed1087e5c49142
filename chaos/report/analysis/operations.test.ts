import { describe, expect, test } from 'vitest';
import { smallPlay } from '../../testing/small-play.ts';
import { operationsOf } from './operations.ts';

function theStories() {
  const [ada, bob] = operationsOf(smallPlay());
  if (ada === undefined || bob === undefined) throw new Error('two purchases were made');
  return { ada, bob };
}

describe('an operation’s story', () => {
  test('says of each attempt where it went, whether it arrived, and where its answer died', () => {
    const { ada, bob } = theStories();
    const told = ({ attempts }: typeof ada) =>
      attempts.map(({ number, to, arrivals, answer, replayed }) => ({
        number,
        to,
        arrived: arrivals.map(({ node }) => node),
        answer,
        replayed,
      }));
    expect(told(ada)).toEqual([
      { number: 1, to: 'edge@web-1', arrived: ['web-1'], answer: 'died on the way back', replayed: false },
      { number: 2, to: 'edge@web-1', arrived: ['web-1'], answer: 'delivered', replayed: true },
    ]);
    expect(told(bob)).toEqual([
      { number: 1, to: 'edge@web-2', arrived: [], answer: 'died before arrival', replayed: false },
      { number: 2, to: 'edge@web-1', arrived: ['web-1'], answer: 'delivered', replayed: false },
    ]);
  });

  test('has commits and charges on the clock of its attempts', () => {
    const { ada } = theStories();
    expect(ada.commits.map(({ kind }) => kind)).toEqual(['claimed', 'paid']);
    const [claimed, paid] = ada.commits.map(({ atMs }) => atMs);
    const [first] = ada.attempts;
    expect(claimed).toBeGreaterThan(first?.sentMs ?? 0);
    expect(paid).toBeLessThan(first?.endMs ?? 0);
    expect(ada.charges.map(({ atMs, status }) => [atMs, status])).toEqual([[paid, 'succeeded']]);
  });

  test('died in the node, if that had not begun to answer when its client gave up', () => {
    const play = smallPlay();
    const [arrival] = play.observations?.arrivals ?? [];
    if (arrival !== undefined) arrival.answeredNs = null;
    expect(operationsOf(play)[0]?.attempts[0]?.answer).toBe('died in the node');
    if (arrival !== undefined) arrival.wholeNs = null;
    expect(operationsOf(play)[0]?.attempts[0]?.answer).toBe('died before arrival');
  });

  test('does not guess from a list that may lack requests', () => {
    const play = smallPlay();
    if (play.observations !== null) play.observations.arrivalsAreComplete = false;
    const fates = operationsOf(play).flatMap(({ attempts }) => attempts.map(({ answer }) => answer));
    expect(fates).toEqual(['died on the way back', 'delivered', 'not known', 'delivered']);
  });

  test('does not guess what nobody wrote down', () => {
    const [ada] = operationsOf({ ...smallPlay(), observations: null });
    expect(ada?.attempts.map(({ answer, to }) => [answer, to])).toEqual([
      ['not known', '127.0.0.1:1001'],
      ['delivered', '127.0.0.1:1001'],
    ]);
  });

  test('is told from the history alone, where there was no final read', () => {
    const stories = operationsOf({ ...smallPlay(), state: null });
    expect(stories.map(({ intent, commits }) => [intent.nonce, commits])).toEqual([['ada1', []]]);
  });
});

test('a takeover is seen by the record’s holder', () => {
  const play = smallPlay();
  const { state, run } = play;
  if (state === null) throw new Error('there is a state');
  const [claim] = state.commitLog;
  if (claim === undefined) throw new Error('there is a commit');
  const record = (xid: number, holder: string, op: 'insert' | 'update') => ({
    ...claim,
    xid,
    op,
    table: 'idempotency_record_20261123',
    new: { key: 'key-ada1', holder, state: 'running' },
  });
  state.commitLog = [record(1, 'a', 'insert'), record(2, 'a', 'update'), record(3, 'b', 'update')];
  expect(run.history.length).toBeGreaterThan(0);
  expect(operationsOf(play)[0]?.commits.map(({ kind }) => kind)).toEqual(['claimed', 'kept', 'taken over']);
});
