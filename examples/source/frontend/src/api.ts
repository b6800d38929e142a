/** What the gateway answers. */

export interface Check {
  status: "up" | "down";
  latency_ms: number;
  error?: string;
}

export interface Readiness {
  status: "ready" | "unavailable";
  checks: Record<string, Check>;
}

export interface CypherResult {
  success: boolean;
  message: string;
  rows_returned: number;
  data: { columns: string[]; rows: unknown[][] } | null;
}

async function json<T>(response: Response): Promise<T> {
  if (!response.headers.get("content-type")?.startsWith("application/json")) {
    throw new Error(`HTTP ${response.status}: ${await response.text()}`);
  }
  return (await response.json()) as T;
}

/** Not ready is an answer too (HTTP 503 with the same JSON), so the status is not checked. */
export async function readiness(): Promise<Readiness> {
  return json<Readiness>(await fetch("/health/ready", { cache: "no-store" }));
}

export async function serverTime(): Promise<Date> {
  const answer = await fetch("/v2/auth/time", { cache: "no-store" });
  const { server_time } = await json<{ server_time: number }>(answer);
  return new Date(server_time);
}

export async function cypher(query: string): Promise<CypherResult> {
  const answer = await fetch("/v0/cypher/unified", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, parameters: {} }),
  });
  return json<CypherResult>(answer);
}
