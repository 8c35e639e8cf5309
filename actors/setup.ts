import { createMachine, type setup as xstateSetup } from 'xstate';

/**
 * XState's `setup`, with its types, of which `createMachine` alone is used here: the original brings every action along that XState
 * has, and each page would load them.
 */
export const setup = ((implementations: Implementations) => ({
  createMachine: (config: Config) => createMachine(config, implementations),
})) as unknown as typeof xstateSetup;

type Config = Parameters<typeof createMachine>[0];
type Implementations = Parameters<typeof createMachine>[1];
