import type { Table } from "../../../airgap/plugins/table";
import type { Json, Props } from "../../../airgap/plugins/values";
import type { PluginProcess } from "./plugin";
import type { Kind, Recorded } from "./recorded";

/** New values of inputs, undefined for one that is taken away; or what makes them of the inputs. */
export type Change = Edit | ((inputs: Props) => Edit);

type Edit = Readonly<Record<string, Json | undefined>>;

/** What is changed, how, and the paths at which the resource then differs. */
export type Row = readonly [title: string, change: Change, paths: Readonly<Record<string, Kind>>];

interface Subject {
  readonly plugin: PluginProcess;
  readonly made: Recorded;
  /** What the program gave. */
  readonly inputs: Props;
}

/**
 * One test for each row, of a resource that was really made.
 *
 * @param table the inputs that the program uses: each of them needs a row
 */
export function differences(
  what: string,
  table: Table,
  rows: readonly Row[],
  subject: () => Subject,
): void {
  test(`each input of ${what} has a row`, () => {
    const changed = rows.flatMap(([, change]) => Object.keys(editOf(subject().inputs, change)));
    expect(Object.keys(table).filter((key) => !changed.includes(key))).toStrictEqual([]);
  });

  test(`${what} that is made does not differ from what was asked for`, async () => {
    const { plugin, made, inputs } = subject();
    expect((await plugin.diff(made, inputs)).paths).toStrictEqual({});
  });

  test.each(rows)(`of ${what}, %s`, async (_, change, paths) => {
    const { plugin, made, inputs } = subject();
    expect((await plugin.diff(made, edited(inputs, change))).paths).toStrictEqual(paths);
  });
}

const editOf = (inputs: Props, change: Change): Edit =>
  typeof change === "function" ? change(inputs) : change;

/** The inputs with those of `change`, and without what that takes away. */
export function edited(inputs: Props, change: Change): Props {
  return Object.fromEntries(
    Object.entries({ ...inputs, ...editOf(inputs, change) }).filter(
      (entry): entry is [string, Json] => entry[1] !== undefined,
    ),
  );
}
