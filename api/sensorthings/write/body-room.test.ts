import { expect, test } from 'vitest';
import { BodyRoom } from './body-room.ts';

test('bodies have room up to the limit, one alone always, and leave it again, once [limit sensorthings.writeBytes]', () => {
  const room = new BodyRoom(10_000);
  const first = room.enter(50_000);
  expect(() => room.enter(1)).toThrow(expect.objectContaining({ code: 'hub.busy' }));
  first();
  first();
  // an empty body counts as 4096 bytes
  const small = [room.enter(0), room.enter(0)];
  expect(() => room.enter(0)).toThrow(/sensorthings\.writeBytes/);
  small[0]?.();
  room.enter(5000)();
});
