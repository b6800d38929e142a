export function loadLogUpdate(): Promise<
  typeof import("log-update", { with: { "resolution-mode": "import" } })
>;
