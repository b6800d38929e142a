/** Says one choice of set-up and why, in a line. */
export type Report = (subject: string, choice: string, reason: string) => void;

export const reportToTerminal: Report = (subject, choice, reason) => {
  console.log(`${subject}: ${choice} (${reason})`);
};
