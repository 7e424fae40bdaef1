import { listed } from "../../constructs/core/validation";

/**
 * A mistake or a missing precondition that the user can mend. The command line prints the message without a stack trace
 * and exits with 1. Anything else that is thrown is a defect of ours and keeps its stack.
 *
 * Write the message as: what is wrong (with the values), why it matters, and the command or line that mends it.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** Several problems found at once, reported together. */
export function userErrorOf(problems: readonly string[]): UserError {
  return new UserError(listed(problems));
}
