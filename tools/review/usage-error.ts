import { UserError } from "../lib/user-error";

/** A command line that means nothing. Ends a review with exit code 2. */
export class UsageError extends UserError {}
