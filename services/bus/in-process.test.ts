import { expect, test } from 'vitest';
import type { LiveObservation } from '../model/index.ts';
import { inProcessBus } from './index.ts';

const observation: LiveObservation = { datastream: 1, phenomenonTime: 0, result: 1, quality: 0, receivedAt: 0 };

function busWithErrors() {
  const errors: unknown[] = [];
  return { bus: inProcessBus({ listenerFailed: (error) => errors.push(error) }), errors };
}

test('every listener hears a publish before publish returns', () => {
  const { bus } = busWithErrors();
  const heard: string[] = [];
  bus.subscribe(() => heard.push('a'));
  bus.subscribe(() => heard.push('b'));
  bus.publish([observation]);
  expect(heard).toEqual(['a', 'b']);
});

test('a listener that throws is counted, stays subscribed and disturbs nobody', () => {
  const { bus, errors } = busWithErrors();
  let heard = 0;
  bus.subscribe(() => {
    throw new Error('broken');
  });
  bus.subscribe(() => heard++);
  bus.publish([observation]);
  bus.publish([observation]);
  expect(errors).toHaveLength(2);
  expect(heard).toBe(2);
});

test('the bus knows whether somebody listens', () => {
  const { bus } = busWithErrors();
  expect(bus.listening).toBe(false);
  const leave = bus.subscribe(() => {});
  expect(bus.listening).toBe(true);
  leave();
  leave();
  expect(bus.listening).toBe(false);
});

test('a function that subscribed twice and left once still listens once', () => {
  const { bus } = busWithErrors();
  let heard = 0;
  const listener = () => heard++;
  const leave = bus.subscribe(listener);
  bus.subscribe(listener);
  leave();
  bus.publish([observation]);
  expect(heard).toBe(1);
});

test('a listener that leaves during a publish does not make its neighbour miss it', () => {
  const { bus } = busWithErrors();
  let heard = 0;
  const leave = bus.subscribe(() => leave());
  bus.subscribe(() => heard++);
  bus.publish([observation]);
  bus.publish([observation]);
  expect(heard).toBe(2);
});

test('an empty publish reaches nobody', () => {
  const { bus } = busWithErrors();
  let heard = 0;
  bus.subscribe(() => heard++);
  bus.publish([]);
  expect(heard).toBe(0);
});
