/** What Node says, without a reason, where an answer is cut off that has begun. */
const cutOff = /^(?:aborted|Premature close)$/;

/** The Engine's own sentence, without the client's wrapping. */
export function engineMessage(error: unknown): string {
  const reason = (error as { json?: { message?: string } }).json?.message;
  const wrapped = error instanceof Error ? error.message : String(error);
  // Where the answer would have been a stream, the reason is in the wrapping alone:
  // https://github.com/apocas/docker-modem/blob/master/lib/modem.js
  return (
    reason ??
    wrapped
      .replace(/^\(HTTP code \d+\) [a-z ]+ - /, "")
      .replace(cutOff, "the connection to the Engine was lost")
      .trim()
  );
}

/**
 * Whether an error is the Engine's answer that a container need not be stopped or removed any more, or a network: it is
 * gone, goes already, or is stopped, which is status 304.
 */
export function isDoneAlready(error: unknown): boolean {
  return (
    isNotFound(error) ||
    (error as { readonly statusCode?: number } | undefined)?.statusCode === 304 ||
    engineMessage(error).includes("is already in progress")
  );
}

/** Whether an error is the Engine's answer that it does not have what it was asked for. */
export function isNotFound(error: unknown): boolean {
  return (error as { readonly statusCode?: number } | undefined)?.statusCode === 404;
}
