import { keep, type Group, type Outcome } from "./matrix";

/** Registers a fault as a test, and keeps what became of it for docs/reliability.md. */
export function faultsOf(group: Group, register: typeof test = test) {
  const folder = process.env["KALISI_FAULTS_ROWS"] ?? "";
  return (fault: string, run: () => Promise<Outcome>, milliseconds?: number): void => {
    const tried = async () => {
      keep(folder, { group, fault });
      const outcome = await run();
      keep(folder, { group, fault, outcome });
      expect(outcome.writes?.lost ?? 0).toBe(0);
    };
    register(fault, tried, milliseconds);
  };
}
