/** The peer under test has not got what a condition takes, and says so itself: the case is skipped. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}
