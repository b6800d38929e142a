import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { execIn } from "../container/exec";

export interface Service {
  readonly name: string;
  /** `off` where it is not meant to be up. */
  readonly state: "healthy" | "unhealthy" | "off";
  /** For how long it has been up, or down. */
  readonly seconds: number;
  /** How often it has ended since the container started, for whatever reason; 100 at most. */
  readonly ends: number;
  /** What is wrong according to its health check. */
  readonly problem?: string;
}

/** What only the container itself knows. */
export interface Inside {
  readonly services: readonly Service[];
  /** What is wrong with the start as a whole. */
  readonly problems: readonly string[];
  /** The versions of the image's parts. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Asks a running container how its services are. */
export function askInside(container: Docker.Container): Promise<Inside> {
  return ask(container);
}

/** Asks a running container for the versions of what writes to its volumes. */
export async function askStores(container: Docker.Container): Promise<Inside["versions"]> {
  return (await ask(container, "stores")).versions;
}

async function ask(container: Docker.Container, ...about: readonly string[]): Promise<Inside> {
  const script = readFileSync(join(__dirname, "inside.sh"), "utf8");
  return parseInside((await execIn(container, ["bash", "-c", script, "-", ...about])).stdout);
}

/** Reads the answer of inside.sh. */
export function parseInside(answer: string): Inside {
  const lines = answer.split("\n").map((line) => line.split("\t"));
  const ofKind = (kind: string) =>
    lines.filter(([first]) => first === kind).map(([, ...fields]) => fields);
  // kalisi-health names a service, a colon, and what is wrong with it.
  const complaints = ofKind("problem").map(([text = ""]) => {
    const at = text.indexOf(": ");
    return { about: text.slice(0, Math.max(at, 0)), text: text.slice(at < 0 ? 0 : at + 2) };
  });
  const services = ofKind("service").map(([name = "", wanted, seconds, ends]): Service => {
    const complaint = complaints.find(({ about }) => about === name);
    return {
      name,
      state: complaint !== undefined ? "unhealthy" : wanted === "true" ? "healthy" : "off",
      seconds: Number(seconds),
      ends: Number(ends),
      ...(complaint === undefined ? {} : { problem: complaint.text }),
    };
  });
  return {
    services,
    problems: complaints
      .filter(({ about }) => !services.some(({ name }) => name === about))
      .map(({ about, text }) => (about === "" ? text : `${about}: ${text}`)),
    versions: Object.fromEntries(
      ofKind("version").flatMap(([name, version]) =>
        name === undefined || version === undefined || version === "" ? [] : [[name, version]],
      ),
    ),
  };
}
