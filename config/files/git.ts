/**
 * Options that keep a user's git settings out of what git answers: a signature's check before a commit's name,
 * colours, columns, files that are not listed, a program that is run on every question.
 */
export const neutralOptions: readonly string[] = Object.entries({
  "log.showSignature": "false",
  "log.showRoot": "true",
  "log.follow": "false",
  "color.ui": "false",
  "column.ui": "never",
  "core.quotePath": "false",
  "core.fsmonitor": "false",
  "status.showUntrackedFiles": "normal",
  "status.relativePaths": "true",
  "status.branch": "false",
  "status.short": "false",
  "status.showStash": "false",
  "diff.noprefix": "false",
}).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
