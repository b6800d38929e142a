import { progress } from "./output";

/** A problem and its fix. */
const reasonLines = 2;

/** Shows Pulumi's output as it comes, and keeps it for what {@link EngineOutput.reason} needs. */
export class EngineOutput {
  private text = "";

  constructor(private readonly wanted: { readonly isShown: boolean } = { isShown: true }) {}

  readonly options = {
    onOutput: (text: string) => {
      this.text += text;
      if (this.wanted.isShown) progress().write(text);
    },
    onError: (text: string) => {
      if (this.wanted.isShown) process.stderr.write(text);
    },
    // The dots that Pulumi prints while it waits.
    suppressProgress: true,
    color: progress().isTTY ? ("always" as const) : ("never" as const),
  };

  /**
   * The end of Pulumi's diagnostics: what is wrong and what to do. Pulumi prints a summary after it,
   * and the last line should be the most useful one.
   */
  reason(): string {
    const diagnostics = this.text
      .split("Diagnostics:")
      .at(-1)
      ?.split(/^(?:Outputs|Resources):/m)[0];
    return (diagnostics ?? "").trimEnd().split("\n").slice(-reasonLines).join("\n");
  }
}
