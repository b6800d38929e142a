/** The Engine's own sentence, without the client's wrapping. */
export function engineMessage(error: unknown): string {
  const reason = (error as { json?: { message?: string } }).json?.message;
  return reason ?? (error instanceof Error ? error.message : String(error));
}

/** Whether an error is the Engine's answer that it does not have what it was asked for. */
export function isNotFound(error: unknown): boolean {
  return (error as { readonly statusCode?: number } | undefined)?.statusCode === 404;
}
