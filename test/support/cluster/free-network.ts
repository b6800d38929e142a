import { execFileSync } from "node:child_process";

/** The first network of 10.88.0.0/16 that no route of this machine leads into. */
export function freeNetwork(): string {
  const routes = execFileSync("ip", ["route", "show"], { encoding: "utf8" });
  const numbers = Array.from({ length: 255 }, (_, number) => `10.88.${number}`);
  const free = numbers.find((network) => !routes.includes(`${network}.`));
  if (free === undefined) throw new Error("all networks of 10.88.0.0/16 are in use");
  return free;
}
