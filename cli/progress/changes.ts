import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import { BuildSteps } from "./build-steps";
import { plain } from "./failures";
import { nameInUrn } from "../../config/urn";

/** Something that is being changed, such as a resource by an update. */
export interface Change {
  readonly name: string;
  /** What is done to it, such as `creating`, and what it then is, such as `created`. */
  readonly doing: string;
  readonly done: string;
  /** When it began, as `performance.now()` has it. */
  readonly began: number;
  readonly steps: Pick<BuildSteps, "count">;
  /** Whether it writes so much that only a line now and then is worth showing. */
  readonly isTalkative: boolean;
  /** The last line that it wrote. */
  readonly note: string | undefined;
}

/** How many resources were `create`d, left the `same` ...; `kept` are those that only the stack's state has lost. */
export type Counts = Readonly<Partial<Record<OpType | "kept", number>>>;

/** Shows people how an update goes. */
export interface View {
  begins(change: Change): void;
  /** It has written something. */
  notes(change: Change): void;
  ends(change: Change, isFailure: boolean): void;
  warns(text: string): void;
  sums(counts: Counts, seconds: number): void;
  /** Nothing more will come. */
  close(): void;
}

const words: Readonly<Partial<Record<OpType, readonly [doing: string, done: string]>>> = {
  create: ["creating", "created"],
  update: ["updating", "updated"],
  delete: ["removing", "removed"],
  "create-replacement": ["creating", "created"],
  "delete-replaced": ["removing the former one", "removed the former one"],
  import: ["taking over", "taken over"],
};

/** No provider removes an image. */
const staysBehind = /^docker:index\/(?:image:Image|remoteImage:RemoteImage)$/;

/** Follows the engine's events, and reports each resource that really changes to a view. */
export class ChangeTracker {
  private readonly underWay = new Map<string, Change & { readonly steps: BuildSteps }>();
  private readonly warnings = new Set<string>();
  private kept = 0;

  constructor(private readonly view: View) {}

  readonly onEvent = (event: EngineEvent): void => {
    const { diagnosticEvent, resourcePreEvent, resOutputsEvent, resOpFailedEvent, summaryEvent } =
      event;
    if (resourcePreEvent !== undefined) this.begin(resourcePreEvent.metadata);
    if (resOutputsEvent !== undefined) this.end(resOutputsEvent.metadata, false);
    if (resOpFailedEvent !== undefined) this.end(resOpFailedEvent.metadata, true);
    if (diagnosticEvent !== undefined) this.report(diagnosticEvent);
    if (summaryEvent !== undefined) {
      const { resourceChanges, durationSeconds } = summaryEvent;
      const removed = (resourceChanges.delete ?? 0) - this.kept;
      this.view.sums({ ...resourceChanges, delete: removed, kept: this.kept }, durationSeconds);
    }
  };

  private begin({ op, urn, type, old }: Metadata): void {
    // Components and providers are nothing that takes time.
    const [doing, done] = words[op] ?? [];
    if (doing === undefined || done === undefined || /^(?:pulumi|kalisi):/.test(type)) {
      return;
    }
    const isKept = op === "delete" && (old?.retainOnDelete === true || staysBehind.test(type));
    if (isKept) this.kept += 1;
    const change = {
      name: nameInUrn(urn),
      doing: isKept ? "leaving" : doing,
      done: isKept ? "kept" : done,
      began: performance.now(),
      steps: new BuildSteps(),
      isTalkative: type.startsWith("docker:"),
      note: undefined,
    };
    this.underWay.set(urn, change);
    this.view.begins(change);
  }

  private end({ urn }: Metadata, isFailure: boolean): void {
    const change = this.underWay.get(urn);
    if (change !== undefined) {
      this.underWay.delete(urn);
      this.view.ends(change, isFailure);
    }
  }

  private report({ severity, message, urn = "" }: Diagnostic): void {
    const text = plain(message);
    if (severity === "warning") {
      // A preview and the update that follows both report it.
      if (!this.warnings.has(text)) this.view.warns(text);
      this.warnings.add(text);
      return;
    }
    const before = this.underWay.get(urn);
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("digest: "));
    if (before === undefined || lines.length === 0 || !severity.startsWith("info")) {
      return;
    }
    const step = lines.map((line) => before.steps.take(line)).lastIndexOf(true);
    // A step of a Dockerfile can have many lines.
    const note = (step === -1 ? lines.slice(-1) : lines.slice(step)).join(" ");
    const change = { ...before, note: shorten(note) };
    this.underWay.set(urn, change);
    this.view.notes(change);
  }
}

const longest = 100;

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > longest ? `${line.slice(0, longest - 3)}...` : line;
}

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];
type Diagnostic = NonNullable<EngineEvent["diagnosticEvent"]>;
