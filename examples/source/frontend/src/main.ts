import "./style.css";
import { cypher, readiness, serverTime, type CypherResult, type Readiness } from "./api";

const REFRESH_MS = 10_000;
const LABELS: Record<string, string> = { redis: "Redis", neo4j: "Neo4j" };

function element<T extends Element>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

const list = element<HTMLUListElement>("#readiness");
const time = element<HTMLTimeElement>("#time");
const form = element<HTMLFormElement>("#cypher");
const query = element<HTMLTextAreaElement>("#query");
const button = element<HTMLButtonElement>("#cypher button");
const message = element<HTMLOutputElement>("#message");
const table = element<HTMLTableElement>("#result");

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function showReadiness(report: Readiness): void {
  const items = Object.entries(report.checks).map(([name, check]) => {
    const item = document.createElement("li");
    item.className = check.status;
    const state = check.error ?? `${check.latency_ms.toFixed(1)} ms`;
    item.textContent = `${LABELS[name] ?? name} is ${check.status} (${state})`;
    return item;
  });
  list.replaceChildren(...items);
}

function showUnreachable(error: unknown): void {
  const item = document.createElement("li");
  item.className = "down";
  item.textContent = `The gateway does not answer (${reason(error)})`;
  list.replaceChildren(item);
}

async function refresh(): Promise<void> {
  try {
    const [report, now] = await Promise.all([readiness(), serverTime()]);
    showReadiness(report);
    time.dateTime = now.toISOString();
    time.textContent = now.toLocaleString();
  } catch (error) {
    showUnreachable(error);
  }
}

function addRow(tag: "th" | "td", cells: unknown[]): void {
  const row = table.insertRow();
  for (const cell of cells) {
    const node = row.appendChild(document.createElement(tag));
    node.textContent = typeof cell === "string" ? cell : JSON.stringify(cell);
  }
}

function showResult(result: CypherResult): void {
  message.className = result.success ? "" : "down";
  message.textContent = result.success
    ? `${result.message}, ${result.rows_returned} rows`
    : result.message;
  if (!result.data) return;
  addRow("th", result.data.columns);
  for (const row of result.data.rows) addRow("td", row);
}

async function run(): Promise<void> {
  button.disabled = true;
  message.className = "";
  message.textContent = "running";
  table.replaceChildren();
  try {
    showResult(await cypher(query.value));
  } catch (error) {
    message.className = "down";
    message.textContent = reason(error);
  } finally {
    button.disabled = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void run();
});
void refresh();
setInterval(() => void refresh(), REFRESH_MS);
