const OF_ANY_REQUEST = ['timeout', 'signal', 'whenDown'] as const;
const OF_ANY_CALL = [...OF_ANY_REQUEST, 'kwargs', 'cancelMode', 'dealerTimeout', 'passthru'] as const;
const OF_ANY_LOOP = ['buffer', 'overflow'] as const;

/** By what is asked for, the names of the options that are not the wire's. */
export const LOCAL_OPTIONS = {
  call: [...OF_ANY_CALL, 'idempotent', 'onProgress'],
  progress: [...OF_ANY_CALL, 'idempotent', ...OF_ANY_LOOP],
  stream: [...OF_ANY_CALL, 'parts', 'receiveProgress', ...OF_ANY_LOOP],
  publish: [...OF_ANY_REQUEST, 'kwargs', 'passthru'],
  register: [...OF_ANY_REQUEST, 'handler', 'partsBuffer', 'passthru'],
  subscribe: [...OF_ANY_REQUEST, 'handler', 'passthru'],
  events: [...OF_ANY_REQUEST, 'passthru', ...OF_ANY_LOOP],
} as const;
