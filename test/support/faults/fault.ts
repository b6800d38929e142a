import { keep, type Group, type Outcome } from "./matrix";

let registered = 0;

/** Registers a fault as a test, and keeps what became of it for docs/reliability.md. */
export function fault(
  group: Group,
  name: string,
  run: () => Promise<Outcome>,
  milliseconds?: number,
  register: typeof test = test,
): void {
  const folder = process.env["KALISI_FAULTS_ROWS"] ?? "";
  const at = (registered += 1);
  const tried = async () => {
    keep(folder, { group, at, fault: name });
    const outcome = await run();
    keep(folder, { group, at, fault: name, outcome });
    expect(outcome.writes?.lost ?? 0).toBe(0);
  };
  register(name, tried, milliseconds);
}
