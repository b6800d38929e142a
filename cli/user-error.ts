import { withCode, type RefusalCode } from "../config/refusals";

/** A mistake or a lack that the user can fix: shown as its message alone, with its code. */
export class UserError extends Error {
  override readonly name: string = "UserError";
  readonly exitCode: number = 1;

  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
  }

  /** What people are shown. */
  get shown(): string {
    return withCode(this.code, this.message);
  }
}

/** A command that was not typed right; nothing was done. */
export class UsageError extends UserError {
  override readonly name = "UsageError";
  override readonly exitCode = 2;
}
