import type { ChildView } from '../../supervisors/index.js';
import { duration } from './time.js';

/** A tree on a few lines, for a message: who is in which state, and why. */
export function drawTree(view: ChildView, now: number, name = 'the tree'): string {
  return lines(view, now, name, '').join('\n');
}

function lines(view: ChildView, now: number, name: string, indent: string): string[] {
  const { status, incarnation, restarts, lastExit, retryAt, supervisor } = view;
  const words = [`${indent}${name}: ${status === 'running' && supervisor === undefined ? stateOf(view) : status}`];
  if (incarnation > 1) words.push(`#${incarnation}`);
  if (restarts > 0) words.push(restarts === 1 ? '1 restart' : `${restarts} restarts`);
  if (retryAt !== undefined) words.push(`next try in ${duration(Math.max(0, retryAt - now))}`);
  if (lastExit !== undefined) words.push(`ended ${duration(now - lastExit.at)} ago: ${lastExit.reason}`);
  const children = supervisor?.children ?? [];
  return [words.join(', '), ...children.flatMap((child) => lines(child, now, child.id, `${indent}  `))];
}

function stateOf({ state, status }: ChildView): string {
  if (typeof state === 'string') return state;
  return state === undefined ? status : JSON.stringify(state);
}
