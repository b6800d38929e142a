import { rmSync } from "node:fs";

export default function remove(): void {
  const home = process.env["KALISI_CONTRACT_HOME"];
  if (home !== undefined) {
    rmSync(home, { recursive: true, force: true });
  }
}
