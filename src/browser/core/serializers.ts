/** Every public name of `respell/browser/serializers`: those beside JSON. */

export { cbor } from '../../serializers/cbor.js';
export type { Limits as SerializerLimits } from '../../serializers/limits.js';
export { msgpack } from '../../serializers/msgpack.js';
export { json } from '../../serializers/page-json.js';
