import { getEventListeners } from 'node:events';
import type { Leftover } from './errors.js';

/** What can be listened to, as Node has it and as the web has it. */
export type Listened = EventTarget | NodeJS.EventEmitter;

/** The events of those targets that cannot tell which they have. */
const EVENTS = ['abort', 'message', 'error', 'close', 'open', 'change'];

/** Remembers who listens to what, and tells later who does so beyond that. */
export class Listeners {
  readonly #before = new Map<Listened, { readonly name: string; readonly by: Map<string | symbol, unknown[]> }>();

  watch(name: string, target: Listened): void {
    this.#before.set(target, { name, by: listenersOf(target) });
  }

  left(): Leftover[] {
    const left: Leftover[] = [];
    for (const [target, { name, by }] of this.#before) {
      for (const [event, listeners] of listenersOf(target)) {
        // One that was there twice and is there twice is no new one.
        const known = [...(by.get(event) ?? [])];
        for (const listener of listeners) {
          const index = known.indexOf(listener);
          if (index !== -1) known.splice(index, 1);
          else left.push({ kind: 'listener', what: `for "${String(event)}" at ${name}`, owner: nameOf(listener) });
        }
      }
    }
    return left;
  }
}

function listenersOf(target: Listened): Map<string | symbol, unknown[]> {
  if ('eventNames' in target) return new Map(target.eventNames().map((name) => [name, target.rawListeners(name)]));
  return new Map(EVENTS.map((name) => [name, getEventListeners(target, name)]));
}

function nameOf(listener: unknown): string {
  const { name } = listener as { readonly name?: unknown };
  if (typeof name === 'string' && name !== '' && name !== 'bound onceWrapper') return `the function ${name}`;
  return `the function ${String(listener).replace(/\s+/g, ' ').slice(0, 60)}`;
}
