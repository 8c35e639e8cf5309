import type { ProtocolError } from '../errors.js';
import { DIGIT_0, DIGIT_9 } from './characters.js';
import { FREE } from './cost.js';
import { beyond, type Limits } from './limits.js';

/** Whether a key that begins with this character may be an index of an array. */
export function beginsIndex(code: number): boolean {
  return code <= DIGIT_9 && code >= DIGIT_0;
}

/** How many octets a message of `length` octets may take in memory. */
export function roomFor(length: number, { maxGrowth }: Required<Limits>): number {
  return Math.max(FREE, maxGrowth * length);
}

export function tooMuch(length: number, limits: Required<Limits>): ProtocolError {
  return beyond('maxGrowth', `${roomFor(length, limits)} octets of memory for a message of ${length}`, 'more');
}

/** Few: of shapes that come in turn the engine's own tables hold no more, and each of them costs time again. */
const knownShapes = new Int32Array(512);

/**
 * Whether no dictionary of late had these keys in this order. It is remembered thereby.
 *
 * @param shape a hash of them
 */
export function isNewShape(shape: number): boolean {
  // The highest bits of the product, as many as there are places, depend on all of the hash.
  const place = Math.imul(shape, 0x9e3779b1) >>> 23;
  if (knownShapes[place] === shape) return false;
  knownShapes[place] = shape;
  return true;
}
