/** Time that only the test moves, and that knows which timers are set: `increment` fires them without a turn in between. */
export { VirtualClock as CountingClock } from '../../src/testing/virtual-clock.js';
