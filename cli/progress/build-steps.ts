/** A step of an image's build as the plugins name it: `[rust-build 3/7] RUN cargo build`. */
const stepName = /^\[(?:([\w.-]+) )?(\d+)\/(\d+)\] \S/;

/** How many steps of an image's build are behind, of those that are known. */
export class BuildSteps {
  /** By stage, which run at the same time: the step that it is at, and how many it has. */
  private readonly stages = new Map<string, { readonly at: number; readonly of: number }>();

  /** Takes note of a line that a build has written; whether it is the name of a step. */
  take(line: string): boolean {
    const [, stage = "", at, of] = stepName.exec(line) ?? [];
    if (at === undefined || of === undefined) {
      return false;
    }
    const before = this.stages.get(stage)?.at ?? 0;
    this.stages.set(stage, { at: Math.max(before, Number(at)), of: Number(of) });
    return true;
  }

  /** Undefined while no step is known. */
  get count(): { readonly done: number; readonly known: number } | undefined {
    const stages = [...this.stages.values()];
    return stages.length === 0
      ? undefined
      : {
          done: stages.reduce((sum, { at }) => sum + at - 1, 0),
          known: stages.reduce((sum, { of }) => sum + of, 0),
        };
  }
}
