/** The Engine's own sentence, without the client's wrapping. */
export function engineMessage(error: unknown): string {
  const reason = (error as { json?: { message?: string } }).json?.message;
  return reason ?? (error instanceof Error ? error.message : String(error));
}
