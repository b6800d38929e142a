import { eventually } from "../eventually";
import type { Session } from "./session";

/** Waits until the gateway reports that it is ready: a database just started takes its time for the first query. */
export function untilReady(user: Session): Promise<void> {
  return eventually(60, async () => {
    const { status, body } = await user.gateway("/health/ready");
    return status === 200 ? undefined : body;
  });
}

/** Puts a message on the agent's stream; what comes on the stream of its answers within 10 s. */
export async function askAgent(user: Session, id: string): Promise<string> {
  const request = JSON.stringify({
    request_id: id,
    agent_type: "ping",
    message: "hello",
    timestamp: new Date().toISOString(),
  });
  // "$" would miss an answer given before the read: read from where the stream ends now.
  const last = await user.inside(
    "redis-cli",
    ...["XREVRANGE", "agent:responses", "+", "-", "COUNT", "1"],
  );
  const since = /(\d+-\d+)/.exec(last)?.[1] ?? "0";
  await user.inside("redis-cli", "XADD", "agent:requests", "*", "data", request);
  return user.inside(
    "redis-cli",
    ...["XREAD", "BLOCK", "10000", "STREAMS", "agent:responses", since],
  );
}
