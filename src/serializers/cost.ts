/**
 * What the parts of a message take in the engine's memory, in octets: measured, and rounded up. A place in a list or
 * dictionary is counted with the list or dictionary; integers, booleans and `null` take nothing but that.
 */
export const place = 8;
export const list = 32;
/** Of a list that is not empty: where its places are. */
export const places = 16;
export const dict = 56;
export const float = 16;
export const bigint = 24;
/** A string of two characters or more, and two octets for each of these. Shorter ones are the engine's own. */
export const text = 24;
/** With its buffer, and an octet for each of its octets. */
export const binary = 208;
/**
 * A dictionary has keys that no other had, in that order: the engine keeps a description of each such shape. They
 * take less memory, but more time than anything else: this is the memory that goes with it at the rate of others.
 */
export const shape = 300;
/** A key of a dictionary with more than {@link LARGE}: a hash table. */
export const largeKey = 96;
/** The first key that looks like an index: a hash table of its own. */
export const index = 144;
/** A key that no dictionary had in its place, at the most. */
export const newKey = shape + index + largeKey;

/** From so many keys on the engine keeps no shape of a dictionary. */
export const LARGE = 20;

/** What any message may take, however short it is. */
export const FREE = 1_048_576;

/** The most that one character of JSON can take: of dictionaries of one key each, which is new and begins with a digit. */
export const JSON_WORST = 56;

/** The most that one octet of a binary frame can take: of an empty binary of CBOR. */
export const BINARY_WORST = binary + place;

/** So many elements of a message that is sent as JSON are not looked at for new keys, and taken for the worst. */
export const FIRST = 256;
