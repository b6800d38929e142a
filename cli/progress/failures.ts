import { stripVTControlCharacters } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { RefusalCode } from "../../config/refusals";
import { nameInUrn } from "../../config/urn";
import { adviceOn, codeOf } from "./advice";

/** How many of a failed step's last lines are shown. */
const shownLines = 15;

/** The engine's own last word on an update, which names no reason. */
const summary = /^(?:update|preview|destroy|refresh) failed$/;

/** Gathers from the engine's events why a command failed. */
export class FailureRecorder {
  private readonly reasons: string[] = [];
  /** What each resource wrote while it was at work, such as a build's output. */
  private readonly output = new Map<string, string[]>();
  private isRefused = false;

  readonly onEvent = ({ diagnosticEvent, policyEvent }: EngineEvent): void => {
    if (diagnosticEvent !== undefined) {
      const { severity, urn = "", ephemeral } = diagnosticEvent;
      const message = plain(diagnosticEvent.message);
      if (severity === "error" && message !== "" && !summary.test(message)) {
        this.add(urn, message);
      } else if (ephemeral === true && urn !== "") {
        this.output.set(urn, [...(this.output.get(urn) ?? []), ...message.split("\n")]);
      }
    }
    if (policyEvent?.enforcementLevel === "mandatory") {
      this.isRefused = true;
      this.add(
        policyEvent.resourceUrn ?? "",
        `${policyEvent.policyName}: ${plain(policyEvent.message)}`,
      );
    }
  };

  private add(urn: string, message: string): void {
    const name = urn.includes("pulumi:pulumi:Stack") ? "" : nameInUrn(urn);
    const reason = [
      ...this.lastWords(urn, message),
      name === "" ? message : `${name}: ${message}`,
    ].join("\n");
    if (!this.reasons.includes(reason)) {
      this.reasons.push(reason);
    }
  }

  /** The step that a resource was at, and its last lines: its name comes before them or after. */
  private lastWords(urn: string, message: string): readonly string[] {
    const known = message.split("\n");
    const lines = (this.output.get(urn) ?? []).filter(
      (line, index, all) =>
        !/^(?:digest: |$)/.test(line) && !known.includes(line) && line !== all[index - 1],
    );
    const steps = lines.filter((line) => /^\[[^\]]+\] /.test(line));
    const last = steps.at(-1);
    const before = lines.lastIndexOf(steps.findLast((step) => step !== last) ?? "");
    const output = lines.slice(before + 1).filter((line) => line !== last);
    return [...(last === undefined ? [] : [last]), ...output.slice(-shownLines)];
  }

  /** Every reason in full; undefined where the engine gave none. */
  get reason(): string | undefined {
    const text = this.reasons.join("\n");
    return text === "" ? undefined : [text, ...adviceOn(text)].join("\n");
  }

  /** Of which kind the failure is, where the reasons do not name codes of their own. */
  get code(): RefusalCode {
    return this.isRefused ? "KALISI-POLICY-REFUSED" : codeOf(this.reasons.join("\n"));
  }
}

/**
 * The reason of a failure that no event reported: what Pulumi wrote, without the Automation API's frame around it.
 *
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/automation/errors.ts
 */
export function reasonOfCommand(error: unknown): string {
  const text = plain(error instanceof Error ? error.message : String(error));
  const [, output = "", errors = ""] =
    /^code: -?\d+\n stdout: ([\s\S]*?)\n stderr: ([\s\S]*?)(?:\n err\?: [\s\S]*)?$/.exec(text) ??
    [];
  const lines = `${output}\n${errors}`.split("\n").map((line) => line.trimEnd());
  const shown = lines
    .filter((line) => line !== "" && !line.startsWith("Command failed with exit code"))
    .slice(-shownLines);
  return [...(shown.length === 0 ? [text] : shown), ...adviceOn(text)].join("\n");
}

/** Whether a failure is in Pulumi's words: an error of the Automation API, whose class may not be loaded yet. */
export function isOfPulumi(error: unknown): boolean {
  return error instanceof Error && error.name === "CommandError";
}

/** Of which kind a failure is that no event reported. */
export const codeOfCommand = (error: unknown): RefusalCode => codeOf(String(error));

/** Without colours, and without the engine's own marks for them. */
export function plain(text: string): string {
  return stripVTControlCharacters(text.replace(/<\{%.*?%\}>/g, "")).trim();
}
