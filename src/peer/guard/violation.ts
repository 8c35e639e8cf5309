/** What is said where a payload does not fit its contract. */

import type { ContractIssue } from '../../contract/payload-check.js';
import { ApplicationError, ContractViolation } from '../../errors.js';
import * as ERROR from '../../wamp/uris/error.js';
import type { Uri } from '../../wamp/values.js';

/** So many are told in a message; all of them are in `issues`. */
const TOLD = 3;

function inWords(issues: readonly ContractIssue[]): string {
  const told = issues.slice(0, TOLD).map(({ path, message }) => `${path}: ${message}`);
  if (issues.length > TOLD) told.push(`and ${issues.length - TOLD} more`);
  return told.join('; ');
}

/** @param what what does not fit, to begin the message with: `call of com.example.add` */
export function violation(what: string, uri: Uri, issues: readonly ContractIssue[]): ContractViolation {
  return new ContractViolation(`${what} does not fit the contract: ${inWords(issues)}`, { uri, issues });
}

/** What a caller is answered whose arguments do not fit: `kwargs.issues` says where, and what. */
export function refusal(uri: Uri, issues: readonly ContractIssue[]): ApplicationError {
  return new ApplicationError(
    ERROR.invalidArgument,
    [`the arguments of ${uri} do not fit its contract: ${inWords(issues)}`],
    { issues },
  );
}
