import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify, isAlive, type ProcessIdentity } from './process-table.ts';
import { endTree, freeze, thaw, treeOf } from './process-tree.ts';

/** A leader with a child, and a grandchild whose parent has ended: that one only its group still tells. */
const FAMILY = 'sleep 60 & (sleep 61 &); wait';

function identityOf({ pid }: ChildProcess): ProcessIdentity {
  const identified = pid === undefined ? null : identify(pid);
  if (!identified) throw new Error('It has ended already.');
  return identified;
}

let leader: ChildProcess;
let identity: ProcessIdentity;

beforeEach(async () => {
  leader = spawn('sh', ['-c', FAMILY], { detached: true, stdio: 'ignore' });
  identity = identityOf(leader);
  while (treeOf(identity)().length < 3) await sleep(5);
});

afterEach(async () => endTree(treeOf(identity)));

const states = () => treeOf(identity)().map((row) => row.state);

describe('treeOf', () => {
  it('finds children, and orphans by their group', () => {
    expect(treeOf(identity)()).toHaveLength(3);
  });

  it('still finds them when their leader is dead', async () => {
    leader.kill('SIGKILL');
    await once(leader, 'exit');
    expect(treeOf(identity)()).toHaveLength(2);
  });

  it('is empty when another process has the pid by now', () => {
    expect(treeOf({ ...identity, startedAt: '1' })()).toEqual([]);
  });
});

describe('freeze and thaw', () => {
  it('resolve when all are stopped, and when none is', async () => {
    await freeze(treeOf(identity));
    expect(states()).toEqual(['T', 'T', 'T']);
    await thaw(treeOf(identity));
    expect(states()).not.toContain('T');
  });
});

describe('endTree', () => {
  it.each([
    ['running', async () => {}],
    ['stopped', () => freeze(treeOf(identity))],
  ])('leaves nobody of a tree that is %s', async (_, prepare) => {
    await prepare();
    const members = treeOf(identity)();
    await endTree(treeOf(identity));
    expect(members.filter(isAlive)).toEqual([]);
  });

  it('keeps up with a program that forks all the time', async () => {
    const forker = spawn('sh', ['-c', 'while :; do sleep 60 & sleep 0.001; done'], {
      detached: true,
      stdio: 'ignore',
    });
    const forking = treeOf(identityOf(forker));
    await sleep(200);
    expect(forking().length).toBeGreaterThan(3);
    await endTree(forking);
    expect(forking()).toEqual([]);
  });
});
