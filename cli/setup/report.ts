import { print } from "../output";

/** Reports one choice of set-up and why, in a line. */
export type Report = (subject: string, choice: string, reason: string) => void;

export const report: Report = (subject, choice, reason) => {
  print(`${subject}: ${choice} (${reason})`);
};
