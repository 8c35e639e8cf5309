/**
 * What a peer with schemas checks while it runs: what comes `in` (arguments at the callee, results at the caller, events at
 * the subscriber), what goes `out`, both (`true`) or nothing (`false`).
 */
export type Validate = boolean | 'in' | 'out';

/** What is received under `V`: what the schemas make of it only where they are asked. */
export type Received<S, R, V extends Validate> = V extends false | 'out' ? S : R;
