import { expect, test } from 'vitest';
import { Unsent } from './unsent.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

function stage(limit: number) {
  const cuts: string[] = [];
  let forgotten = 0;
  const shared: (() => void)[] = [];
  const unsent = new Unsent({
    limit,
    forgetShared: () => {
      forgotten++;
      for (const each of shared.splice(0)) each();
    },
  });
  const client = (name: string) => unsent.holder(() => cuts.push(name));
  return { unsent, client, cuts, shared, forgotten: () => forgotten };
}

test('a message that many wait for counts once, until the last of them has it', () => {
  const { unsent, client } = stage(1000);
  const [a, b] = [client('a'), client('b')];
  const message = Buffer.alloc(600);
  const left = a.hold(message);
  b.hold(message);
  expect(unsent.total).toBe(600);
  left();
  left();
  expect(unsent.total).toBe(600);
  b.drop();
  expect(unsent.total).toBe(0);
  b.hold(message);
  expect(unsent.total).toBe(0);
});

test('beyond the bound those are cut who hold the most of their own, until there is room [limit live.unsentBytes]', async () => {
  const { unsent, client, cuts } = stage(1000);
  const city = Buffer.alloc(800);
  for (const name of ['a', 'b', 'c']) client(name).hold(city);
  client('d').hold(Buffer.alloc(500));
  client('e').hold(Buffer.alloc(600));
  client('f').hold(Buffer.alloc(10));
  await turn();
  expect(cuts).toEqual(['e', 'd']);
  expect(unsent.total).toBe(810);
});

test('snapshots that are only kept for the next ones go first', async () => {
  const { unsent, client, cuts, shared, forgotten } = stage(1000);
  const kept = unsent.holder();
  kept.hold(Buffer.alloc(900));
  shared.push(() => kept.drop());
  client('a').hold(Buffer.alloc(900));
  await turn();
  expect([forgotten(), cuts, unsent.total]).toEqual([1, [], 900]);
});
