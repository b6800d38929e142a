import { changing, edit } from "./changing";
import { doctor, inTheWay, nothing, type Row } from "./wild";

/** In the way of a start: what is told, and the fix in the line below it. */
export const problem = (given: string, says: string, fix: string, row: Partial<Row>): Row => ({
  given,
  typed: doctor,
  says: `${says}]\n         fix: ${fix}`,
  last: inTheWay,
  hides: "canary",
  ...row,
});

/** Worth knowing, and not in the way. */
export const warning = (given: string, says: string, row: Partial<Row> = {}): Row => ({
  given,
  typed: doctor,
  code: 0,
  says: `warning  ${says}`,
  last: nothing,
  hides: "canary",
  ...row,
});

export const settings = (text: string) =>
  changing("Pulumi.wild.yaml", (path) => {
    edit(path, /$/, `config:\n  kalisi:${text}\n`);
  });
