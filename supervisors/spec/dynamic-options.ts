import type { AutoShutdown, Budget, ChildSpec, FullChildSpec } from './child-spec.js';

/** What the children of a dynamic supervisor have in common. Its `id` is what errors call it. Default `child`. */
export type ChildTemplate = Omit<ChildSpec, 'id'> & { readonly id?: string };

/** What a dynamic supervisor is told of a new child. With a template only `id` and `args`; else a child spec. */
export type DynamicChildSpec = Partial<ChildSpec>;

/** A dynamic supervisor's options, with OTP's and Elixir's defaults. */
export interface DynamicSupervisorOptions extends Partial<Budget> {
  /**
   * What all children have in common: OTP's `simple_one_for_one`. Without it each `startChild` brings a spec of its own, as
   * with Elixir's `DynamicSupervisor`.
   */
  readonly child?: ChildTemplate;
  /** Default `never`. With `all_significant` it ends when no child is left. */
  readonly autoShutdown?: AutoShutdown;
  /** How many there may be at once, also such as wait for a restart. Default: no limit. */
  readonly maxChildren?: number;
  /** Come first in the `args` of every child: Elixir's `extra_arguments`. */
  readonly args?: readonly unknown[];
  /**
   * Whether the children that were there, also `temporary` ones, are started again after a restart of the supervisor itself.
   * Default `false`, as in OTP: they are gone.
   */
  readonly restore?: boolean;
}

/** The same, checked and with defaults. */
export interface FullDynamic {
  readonly template: FullChildSpec | undefined;
  readonly maxChildren: number;
  readonly args: readonly unknown[];
  readonly restore: boolean;
}
